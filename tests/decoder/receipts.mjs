// Verifies receipts from the page alone (docs/format.md, c2sp.org/tlog-proof, tlog-checkpoint, tlog-cosignature).
// node receipts.mjs FILE: prints what each receipt of the file of vectors proves, or why it is refused.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const sha256 = (...data) => createHash("sha256").update(Buffer.concat(data)).digest();
const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const pairHash = (left, right) => sha256(Buffer.from([1]), left, right);

function check(condition, problem) {
  if (!condition) throw new Error(problem);
}

function base64(text) {
  const data = Buffer.from(text, "base64");
  check(data.length && data.toString("base64") === text, "not base64");
  return data;
}

function readKey(vkey) {
  const [, name, id, material] = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/u);
  const typed = base64(material);
  check(sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4).toString("hex") === id, "wrong key id");
  return { name, id, type: typed[0], public: typed.subarray(1) };
}

/** Returns the signature of a key among the lines of a note, without its key id. */
function signatureOf(key, lines) {
  for (const line of lines) {
    const [, name, text] = line.match(/^— (\S+) (\S+)$/u) ?? [];
    check(name, "not a signature line");
    const data = base64(text);
    if (name === key.name && data.subarray(0, 4).toString("hex") === key.id) return data.subarray(4);
  }
  throw new Error(`not signed by ${key.name}`);
}

function isSigned(key, message, signature) {
  const spki = Buffer.concat([SPKI, key.public]);
  return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
}

function checkpoint(note, log, witness) {
  const end = note.lastIndexOf("\n\n") + 1;
  const text = note.slice(0, end);
  check(note.endsWith("\n"), "the note does not end with a newline");
  const lines = note.slice(end + 1, -1).split("\n");
  check(isSigned(log, Buffer.from(text), signatureOf(log, lines)), "signature of the log");
  const cosigned = signatureOf(witness, lines);
  const header = `cosignature/v1\ntime ${cosigned.readBigUInt64BE(0)}\n`;
  check(isSigned(witness, Buffer.from(header + text), cosigned.subarray(8)), "signature of the witness");
  const [origin, size, root] = text.split("\n");
  check(origin === log.name, "another log");
  return { origin, size: Number(size), root: base64(root) };
}

/** RFC 9162, section 2.1.3.2. */
function rootOf(leaf, index, size, path) {
  check(index < size, "index");
  let [fn, sn, found] = [index, size - 1, leaf];
  for (const sibling of path) {
    check(sn !== 0, "path too long");
    if (fn & 1 || fn === sn) {
      found = pairHash(sibling, found);
      while (!(fn & 1) && fn) [fn, sn] = [fn >> 1, sn >> 1];
    } else {
      found = pairHash(found, sibling);
    }
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  check(sn === 0, "path too short");
  return found;
}

function proof(text, log, witness) {
  const end = text.indexOf("\n\n");
  const [header, extra, index, ...path] = text.slice(0, end).split("\n");
  check(header === "c2sp.org/tlog-proof@v1" && extra.startsWith("extra ") && /^index \d+$/.test(index), "not a proof");
  const { origin, size, root } = checkpoint(text.slice(end + 2), log, witness);
  const entry = base64(extra.slice(6));
  check(rootOf(leafHash(entry), Number(index.slice(6)), size, path.map(base64)).equals(root), "not in the log");
  const event = JSON.parse(entry);
  check(event.version === 1 && origin.endsWith(`/kwtools/${event.deployment}/${event.incarnation}`), "another log");
  return event;
}

const uuid = (bytes) => bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

function values(record) {
  const found = [];
  for (let at = 0; at < record.length; at += 4 + record.readUInt32BE(at)) {
    found.push(record.subarray(at + 4, at + 4 + record.readUInt32BE(at)));
  }
  return found;
}

function optional(value, read) {
  check(value[0] === 1 || value.length === 1, "neither null nor there");
  return value[0] === 1 ? read(value.subarray(1)) : null;
}

const RECORDS = {
  changes: (record) => {
    check(record.length === 45 && record[0] === 1, "not a change of a wrapper");
    return {
      wrapper: uuid(record.subarray(29)),
      old: Number(record.readBigUInt64BE(13)),
      new: Number(record.readBigUInt64BE(21)),
    };
  },
  destroyed: (record) => {
    const [wrapper, digest, binding, generation, ...names] = values(record);
    return {
      wrapper: uuid(wrapper),
      digest: digest.toString("hex"),
      binding: optional(binding, (bytes) => String(bytes.readBigUInt64BE(0))),
      generation: optional(generation, (bytes) => bytes.readUInt32BE(0)),
      place: names.map((name) => optional(name, String)),
    };
  },
};
const ROOTS = {
  changes: (event) => event.changes_root,
  destroyed: (event) => event.action === "shred" && event.details.destroyed_root,
};

/** Returns the parts of the block before a proof, each with the root hash that it leads to. */
function parts(block) {
  const found = [];
  for (const line of block.split("\n").slice(1)) {
    const [, word, text] = line.match(/^(\S+) (\S+)$/) ?? [];
    check(word, "not a line of a receipt");
    const data = base64(text);
    const last = found.at(-1);
    if (Object.hasOwn(RECORDS, word)) {
      check(!last || (last.name === "changes" && word === "destroyed"), "order");
      found.push({ name: word, record: data, root: leafHash(data) });
    } else {
      check(last && data.length === 32 && (word === "left" || word === "right"), "not a hash");
      last.root = word === "left" ? pairHash(data, last.root) : pairHash(last.root, data);
    }
  }
  check(found.length, "no record");
  return found;
}

function open(text, log, witness) {
  const end = text.indexOf("\n\n");
  if (text.startsWith("c2sp.org/")) return { event: proof(text, log, witness).event };
  check(text.startsWith("kwtools/receipt@v1\n"), "another version");
  const event = proof(text.slice(end + 2), log, witness);
  const said = { event: event.event };
  for (const { name, record, root } of parts(text.slice(0, end))) {
    check(root.toString("hex") === ROOTS[name](event), `${name}: not of this event`);
    said[name] = RECORDS[name](record);
  }
  check(!said.changes || !said.destroyed || said.changes.wrapper === said.destroyed.wrapper, "two wrappers");
  return said;
}

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const [log, witness] = [readKey(given.key), readKey(given.witness)];
const found = {};
for (const { name, receipt } of [...given.receipts, ...given.refused]) {
  try {
    found[name] = open(receipt, log, witness);
  } catch (error) {
    found[name] = { refused: error.message };
  }
}
process.stdout.write(JSON.stringify(found));
