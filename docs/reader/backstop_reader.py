"""Reads a Backstop vault in a local folder. Written from docs/VAULT-FORMAT.md alone; the numbers (§) are those of that page.
  python3 backstop_reader.py list    VAULT KEY
  python3 backstop_reader.py extract VAULT KEY TO [DRIVE [GENERATION]]
KEY is a file: a local account key (BACKSTOP_KEY_PASSPHRASE opens a locked one), or a recovery key, AGE-SECRET-KEY-1…."""
import base64, hashlib, hmac, json, os, re, struct, sys, unicodedata
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from zstandard import ZstdDecompressor, ZstdError

PACK, OBJECT, INDEX, MANIFEST, ROOT = 1, 2, 3, 4, 5
class Damaged(Exception): ...  # what is stored is not what was written
def check(condition, key, what):
    if not condition:
        raise Damaged(f"{key}: {what}")

mac = lambda key, message: hmac.new(key, message, "sha256").digest()
hkdf = lambda secret, salt, info, length=32: mac(mac(salt, secret), info.encode() + b"\1")[:length]
hex_digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
canonical = lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

# §2 Keys. A holder is a function that opens a wrapped secret, or fails.
def recovery_holder(identity):
    digits = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(c) for c in identity.lower().rpartition("1")[2][:-6]]
    secret = X25519PrivateKey.from_private_bytes((int("".join(f"{digit:05b}" for digit in digits), 2) >> 4).to_bytes(32, "big"))
    recipient = secret.public_key().public_bytes_raw()
    auth_key = hkdf(identity.encode(), b"", "backstop recovery authentication v1")
    unpadded = lambda text: base64.b64decode(text + b"=" * (-len(text) % 4))
    def unwrap(wrapped, context):
        head, _, rest = wrapped.partition(b"\n---")
        header_mac, _, payload = rest.partition(b"\n")
        stanza = re.match(rb"age-encryption\.org/v1\n(?s:.*)-> X25519 (\S+)\n(\S+)", head)
        check(stanza, "wrap", "it is not for a recovery key")
        share, body = map(unpadded, stanza.groups())
        wrap_key = hkdf(secret.exchange(X25519PublicKey.from_public_bytes(share)), share + recipient, "age-encryption.org/v1/X25519")
        file_key = ChaCha20Poly1305(wrap_key).decrypt(bytes(12), body, None)
        check(mac(hkdf(file_key, b"", "header"), head + b"\n---") == unpadded(header_mac.strip()), "wrap", "its header was changed")
        opened = ChaCha20Poly1305(hkdf(file_key, payload[:16], "payload")).decrypt(bytes(11) + b"\1", payload[16:], None)
        check(mac(auth_key, canonical(context) + b"\0" + opened[:-32]) == opened[-32:], "wrap", "somebody else made it")
        return opened[:-32]
    return unwrap
def local_holder(document):
    if "sealed" in document:
        passphrase, sealed = unicodedata.normalize("NFC", os.environ["BACKSTOP_KEY_PASSPHRASE"]), base64.b64decode(document["sealed"])
        n, p, r, salt = (document["scrypt"][name] for name in "n p r salt".split())
        key = hashlib.scrypt(passphrase.encode(), salt=base64.b64decode(salt), n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)
        key = AESGCM(key).decrypt(sealed[:12], sealed[12:], None)
    else:
        key = base64.b64decode(document["key"])
        check(hashlib.sha256(b"backstop account key\0" + key).hexdigest()[:16] == document["check"], "the key file", "it is damaged")
    wrap_key = AESGCM(hkdf(key, b"", "backstop key wrap v1"))
    return lambda wrapped, context: wrap_key.decrypt(wrapped[:12], wrapped[12:], canonical(context))

class Vault:
    def __init__(self, folder, key_file):
        (self.path,) = (Path(folder) / "v1/t").iterdir()
        self.account, key = self.path.name, re.sub(r"(?m)^\s*#.*$", "", Path(key_file).read_text()).strip()
        self.unwrap = local_holder(json.loads(key)) if key.startswith("{") else recovery_holder("".join(key.upper().split()))
        proves = lambda content, secret: secret[:32] == hashlib.sha256(canonical(content)).digest() and len(secret) == (64 if "recovery" in content else 32)
        config = self.open("config", {"accountId": self.account, "purpose": "backstop vault config"}, proves)[0]
        check(config["format"] == 1 and config["features"]["read"] == [], "config.json", "a newer Backstop made this vault")
    def open(self, stem, context, is_right):
        """The highest revision that opens, without its wraps, and the secret in it."""
        for path in sorted((self.path / stem).parent.glob(f"{Path(stem).name}.*json"), key=lambda path: (len(path.name), path.name), reverse=True):
            content = json.loads(path.read_bytes())
            for wrap in content["wraps"] if canonical(content) == path.read_bytes() else []:
                try:
                    secret, said = self.unwrap(base64.b64decode(wrap["wrapped"]), context), {k: v for k, v in content.items() if k != "wraps"}
                except (Damaged, InvalidTag):
                    continue
                if is_right(said, secret) and all(said.get(name, value) == value for name, value in context.items()):
                    return said, secret
            print(f"{path} does not open", file=sys.stderr)
        raise Damaged(f"{stem}: no revision of it opens with this key")

class Drive:
    def __init__(self, vault, path):
        self.vault, self.id, self.path, self.keys = vault, path.name, path, {}
    def secrets(self, key_id):
        check(key_id.startswith(hex_digest(f"backstop drive key\0{self.vault.account}\0{self.id}")[:24]), key_id, "another drive's key")
        if key_id not in self.keys:
            context = {"accountId": self.vault.account, "driveId": self.id, "keyId": key_id, "purpose": "backstop drive key"}
            self.keys[key_id] = self.vault.open(f"keys/{key_id}", context, lambda _, secret: len(secret) == 64)[1]
        return self.keys[key_id]
    def roots(self):
        """Every snapshot with its plaintext, oldest first; the chain is checked (§7), given-up generations and upkeep are left out."""
        expected, gens = (1, None), sorted(int(path.name[:16]) for path in self.path.glob("snap/*.root"))
        gaps = self.root(gens[-1])[0].get("expired", []) if gens else []
        for gen in (gen for gen in gens if not any(gap["from"] <= gen <= gap["to"] for gap in gaps)):
            root, plain, digest = self.root(gen)
            for gap in (gap for gap in gaps if (gap["from"], gap["parentHash"]) == expected):
                expected = gap["to"] + 1, gap["lastHash"]
            check((gen, root["parentHash"]) == expected, f"snap/{gen}", "a snapshot before it is missing, or is another one")
            expected = gen + 1, digest
            if "maintenance" not in root:
                yield root, plain
    def root(self, gen):
        sealed = Sealed(self, f"snap/{gen:016d}.root", ROOT)
        plain = sealed.stream(sealed.bytes[72:], 0)
        root = json.loads(plain)
        check(root["gen"] == gen and root["format"] == 1, sealed.key, "another generation lies there, or a newer format")
        return root, plain, hashlib.sha256(sealed.bytes).hexdigest()

class Sealed:  # §3: one object below d/, and its frames
    def __init__(self, drive, key, kind, container_id=None):
        self.key, self.bytes = key, (drive.path / key).read_bytes()
        magic, version, its_kind, zero, key_id, its_id, salt = struct.unpack(">4sBBH16s16s32s", self.bytes[:72])
        check((magic, version, its_kind, zero) == (b"BKST", 1, kind, 0), key, "it is another kind of object, or of a newer format")
        check(container_id in (None, its_id.hex()), key, "another object lies in its place")
        secrets = drive.secrets(key_id.hex())
        self.id_key, self.cipher = secrets[32:], AESGCM(hkdf(secrets[:32], salt, "backstop object key v1"))
        scope = b"".join(bytes([len(name)]) + name.encode() for name in (drive.vault.account, drive.id)) + its_id
        self.aad = lambda role, number: self.bytes[:8] + bytes([role]) + scope + number
    def stream(self, sealed, frame, role=0):
        """The plaintext of the frames that fill `sealed`."""
        parts, at = [], 0
        while at < len(sealed):
            number, end = struct.pack(">Q", frame), at + 4 + int.from_bytes(sealed[at : at + 4], "big")
            try:
                body = self.cipher.decrypt(bytes(3) + number + bytes([end == len(sealed)]), sealed[at + 4 : end], self.aad(role, number))
                codec, size = struct.unpack(">BI", body[:5])
                check(codec in (0, 1) and size <= 16 << 20, self.key, "a frame has an unknown codec, or is too large")
                plain = body[5:] if codec == 0 else ZstdDecompressor().decompress(body[5:], max_output_size=size)
                check(len(plain) == size, self.key, "a frame has another size than it says")
            except (InvalidTag, ZstdError):
                raise Damaged(f"{self.key}: frame {frame} is not what was written there") from None
            parts.append(plain)
            frame, at = frame + 1, end
        return b"".join(parts)
    def part(self, place):
        return self.stream(self.bytes[place["offset"] : place["offset"] + place["length"]], place["frame"])
    def segment(self):
        """§5: the records of a segment, block by block, as its directory says."""
        offset, frame, magic = struct.unpack(">QQ4s", self.bytes[-20:])
        check(magic == b"BKSE", self.key, "it has no end")
        for _, place in records(self.stream(self.bytes[offset:-20], frame, role=1)):
            yield from records(self.part(json.loads(place)))

def records(plain):
    at = 0
    while at < len(plain):
        key_end = at + 2 + int.from_bytes(plain[at : at + 2], "big")
        value_end = key_end + 4 + int.from_bytes(plain[key_end : key_end + 4], "big")
        yield plain[at + 2 : key_end].decode("ascii"), plain[key_end + 4 : value_end]
        at = value_end

class Snapshot:
    def __init__(self, drive, root):
        self.drive, self.last = drive, (None, None)
        segment = lambda kind, place, ref: Sealed(drive, f"{place}/{ref['sha256']}", kind, ref["containerId"]).segment()
        merged = lambda kind, place, refs: {key: value for ref in refs for key, value in segment(kind, place, ref)}
        self.rows = {key: row for key, row in sorted(merged(MANIFEST, "seg", root["base"] + root["deltas"]).items()) if row}
        self.index = merged(INDEX, "idx", root["idx"])
        state = b"".join(struct.pack(">H", len(k)) + k.encode() + struct.pack(">I", len(v)) + v for k, v in self.rows.items())
        self.state_hash = hashlib.sha256(state).hexdigest()
        check(root["stateHash"] in (None, self.state_hash), f"snapshot {root['gen']}", "its rows are not those that were committed")
    def content(self, ref):
        """§4: the bytes of an item, a segment at a time; the last only after everything was compared."""
        whole, size, plain, ids = hashlib.sha256(), 0, b"", [segment["blobId"] for segment in ref["segments"]]
        for blob_id in ids:
            yield plain
            check(blob_id in self.index, blob_id, "no index knows it")
            place = json.loads(self.index[blob_id])
            container = place["container"]
            if self.last[0] != container:
                self.last = container, Sealed(self.drive, container, PACK if container.startswith("packs/") else OBJECT, container[-32:])
            plain, id_key = self.last[1].part(place), self.last[1].id_key
            check(mac(id_key, hashlib.sha256(plain).digest()).hex() == blob_id, container, f"blob {blob_id} holds other bytes")
            whole.update(plain)
            size += len(plain)
        if len(ids) > 1:
            check(mac(id_key, b"backstop content v1\n" + bytes.fromhex("".join(ids))).hex() == ref["blobId"], ref["blobId"], "other segments")
        check((size, whole.hexdigest()) == (ref["size"], ref["sha256"]), ref["blobId"], "it is not what its row says")
        yield plain

# §9 An extracted tree
FOLDER, ODF, OOXML = (f"application/vnd.{name}" for name in ("google-apps.folder", "oasis.opendocument.", "openxmlformats-officedocument."))
ENDINGS = {
    "application/epub+zip": ".epub", "application/pdf": ".pdf", "application/rtf": ".rtf", "application/zip": ".zip",
    "application/vnd.google-apps.script+json": ".json", f"{ODF}presentation": ".odp", f"{ODF}spreadsheet": ".ods", f"{ODF}text": ".odt",
    f"{OOXML}presentationml.presentation": ".pptx", f"{OOXML}spreadsheetml.sheet": ".xlsx", f"{OOXML}wordprocessingml.document": ".docx",
    "image/jpeg": ".jpg", "image/png": ".png", "image/svg+xml": ".svg", "text/csv": ".csv", "text/html": ".html", "text/markdown": ".md",
    "text/plain": ".txt", "text/tab-separated-values": ".tsv", "video/mp4": ".mp4"}
UNSAFE = '["*/:<>?\\\\|\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]'
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|\Z)", re.IGNORECASE | re.ASCII)

def safe_name(row, suffix):
    name = unicodedata.normalize("NFC", re.sub("[\ud800-\udfff]", "\ufffd", row["name"]))
    name = re.sub(UNSAFE, "_", name) or "_"
    name += "" if name.lower().endswith(suffix) else suffix
    name = "_" + name if DEVICE.match(name) else name
    stem, ending = split(name, row)
    if len(name.encode()) > 200:
        name = stem.encode()[: 200 - len(ending.encode())].decode(errors="ignore") + ending
    return re.sub(r"[. ]+\Z", lambda end: "_" * len(end[0]), name)
def split(name, row):
    dot = -1 if kind_of(row) == "folder" else name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 and len(name[dot:].encode()) <= 16 else (name, "")
def kind_of(row):
    return "folder" if row["mimeType"] == FOLDER else "file" if "content" in row else "shortcut" if "shortcut" in row else None

def paths_of(rows, drive_id):
    top, orphans, folders = "", " ", {row["id"]: row for row in rows if kind_of(row) == "folder"}  # no id is "" or " "
    lost = {row.get("parentId", drive_id) for row in rows} - {drive_id} - set(folders)
    folders |= {item_id: {"id": item_id, "name": item_id, "mimeType": FOLDER} for item_id in lost}
    above = lambda row: orphans if "parentId" not in row else top if row["parentId"] == drive_id else row["parentId"]
    parent, seen, taken = {item_id: above(row) for item_id, row in folders.items()}, {}, defaultdict(set)
    for start in sorted(folders):
        at, walk = start, []
        while at in folders and at not in seen:
            walk.append(at)
            seen[at], at = start, parent[at]
        if seen.get(at) == start:
            parent[min(walk[walk.index(at) :])] = orphans
    def name_in(folder, row, suffix=""):
        name = free = safe_name(row, suffix)
        same, n = lambda text: unicodedata.normalize("NFC", text.lower().upper()), 0
        while same(free) in taken[folder]:
            n += 1
            free = "{0}~{mark}{1}".format(*split(name, row), mark=hex_digest(f"{row['id']}#{n}")[:8])
        taken[folder].add(same(free))
        return free
    below = lambda first, row: "trash" if first == "files" and row.get("flags", {}).get("trashed") else first
    names = {item_id: name_in(parent[item_id], folders[item_id]) for item_id in sorted(folders)}
    places = {top: ("files", ""), orphans: ("orphans", "")}
    for at in sorted(folders):
        chain = [at]
        while chain[-1] not in places:
            chain.append(parent[chain[-1]])
        for item_id in reversed(chain[:-1]):
            first, rel = places[parent[item_id]]
            place = below(first, folders[item_id]), f"{rel}/{names[item_id]}"
            places[item_id] = place if len("".join(place).encode()) <= 500 else ("deep", f"/{hex_digest(item_id)[:32]}")
    paths = {row["id"]: "".join(places[row["id"]]) for row in rows if kind_of(row) == "folder"}
    for row in rows:
        if kind_of(row) in ("file", "shortcut"):
            suffix = ".shortcut.json" if kind_of(row) == "shortcut" else ENDINGS.get(row["content"].get("exportMimeType"), "")
            first, rel = places[above(row)]
            paths[row["id"]] = f"{below(first, row)}{rel}/{name_in(above(row), row, suffix)}"
    return paths

def extract(drive, root, plain, to):
    snapshot, target, failed = Snapshot(drive, root), Path(to) / drive.id, 0
    rows = [json.loads(row) for row in snapshot.rows.values()]
    paths = paths_of(rows, drive.id)
    target.mkdir(parents=True)
    (target / "root.json").write_bytes(plain)
    with open(target / "metadata.jsonl", "wb") as metadata:
        for row in rows:
            path = paths.get(row["id"])
            reason = "noContent" if row["outcome"]["status"] == "stored" else "{status}:{reason}".format(**row["outcome"])
            line = {"path": path} if path else {"skipped": reason}
            try:
                if path:
                    write(target / path, row, paths, snapshot)
            except (Damaged, OSError) as error:
                print(f"failed: {path!r}: {error}", file=sys.stderr)
                line["failed"], failed = "IntegrityError", failed + 1
                (target / path).unlink(missing_ok=True)
            metadata.write(canonical({**line, "row": None}).replace(b'"row":null', b'"row":' + snapshot.rows[row["id"]]) + b"\n")
    for row in rows:
        if row["id"] in paths and (target / paths[row["id"]]).exists():
            set_time(target / paths[row["id"]], row.get("modifiedTime", ""))
    print(f"{drive.id} snapshot {root['gen']}: {len(rows)} listed, {len(paths) - failed} written, {failed} failed; state {snapshot.state_hash}")
    return failed == 0
def set_time(path, text):
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", text, re.ASCII) and text >= "1970":
        try:
            seconds = (datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S") - datetime(1970, 1, 1)).total_seconds()
            os.utime(path, (seconds + float(f"0{text[19:-1]}"),) * 2)
        except ValueError:
            pass  # no such day or hour
def write(path, row, paths, snapshot):
    (path if kind_of(row) == "folder" else path.parent).mkdir(parents=True, exist_ok=True)
    if kind_of(row) == "file":
        with open(path, "xb") as file:
            file.writelines(snapshot.content(row["content"]))
    elif kind_of(row) == "shortcut":
        target = paths.get(row["shortcut"]["targetId"])
        path.write_bytes(canonical({"shortcut": row["shortcut"], **({"targetPath": target} if target else {})}) + b"\n")

def main(command, folder, key_file, to=None, drive_id=None, gen=None):
    vault, well = Vault(folder, key_file), True
    for drive in (Drive(vault, path) for path in sorted((vault.path / "d").iterdir()) if drive_id in (None, path.name)):
        try:
            for root, plain in [found for found in drive.roots() if gen in (None, str(found[0]["gen"]))][0 if command == "list" else -1 :]:
                if command == "list":
                    print(json.dumps({"driveId": drive.id, "name": root["drive"]["name"], "gen": root["gen"], "time": root["time"]}))
                else:
                    well &= extract(drive, root, plain, to)
        except (Damaged, OSError) as error:
            well = False
            print(f"{drive.id}: {error}", file=sys.stderr)
    return 0 if well else 1
if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
