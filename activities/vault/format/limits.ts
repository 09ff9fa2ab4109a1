/** The sizes of format 1. A reader must honour the maxima; the targets are the writer's choice and may change without a new format. */

const mebibyte = 1024 * 1024

/** Plaintext bytes of every frame of a blob but its last. Part of the format: offsets are computed from it. */
export const frameBytes = mebibyte

/** A blob below this goes into a pack, any other becomes an object of its own. A multiple of {@link frameBytes}. */
export const packedBelowBytes = 8 * mebibyte

/** Content is cut into segments of this size, each a blob of its own. A multiple of {@link frameBytes}. */
export const segmentBytes = 64 * mebibyte

/** A pack is closed when its sealed blobs reach this. */
export const packTargetBytes = 32 * mebibyte

/** Records are gathered into blocks of about this size. */
export const blockTargetBytes = 256 * 1024

/** A manifest or index segment is closed when its sealed blocks reach this, and the next one begins. */
export const tableTargetBytes = 32 * mebibyte

/** No frame holds more plaintext than this: a reader never inflates more at once. */
export const maxFrameBytes = 16 * mebibyte

/** No row is larger than this once encoded. */
export const maxRecordBytes = 12 * mebibyte
