/** A file holds one idea, and shows it by its length. */
import type { SourceFile } from '../source-tree.ts'

const longestSource = 300
const longestTest = 500
const median = 100

/** Files that are too long, as `file: sentence`, and a median over 100 lines. Generated data and pictures are not counted. */
export function oversize(files: readonly SourceFile[]): readonly string[] {
  const measured = files.map((file) => ({ path: file.path, lines: linesOf(file.text) }))
  const long = measured.flatMap(({ path, lines }) => {
    const most = path.startsWith('test/') ? longestTest : longestSource
    return lines > most ? [`${path}: ${lines} lines; the most is ${most}. Which two ideas does it hold?`] : []
  })
  const sources = measured.filter(({ path }) => !path.startsWith('test/')).map(({ lines }) => lines)
  const middle = sources.sort((a, b) => a - b)[Math.floor(sources.length / 2)] ?? 0
  return middle > median ? [...long, `the median of the sources is ${middle} lines; the most is ${median}`] : long
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
