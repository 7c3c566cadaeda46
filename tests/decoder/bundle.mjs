// Reads a bundle of data keys and its note, from the page alone (docs/format.md).
// node bundle.mjs FILE: verifies and opens what the file of vectors holds.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { KEMS, openBase } from "./hpke.mjs";

const LABEL = "kwtools/2 import";
const NOTHING = Buffer.alloc(0);
const hex = (text) => Buffer.from(text, "hex");
const sha256 = (data) => createHash("sha256").update(data).digest();

function check(condition, problem) {
  if (!condition) throw new Error(problem);
}

function uint(bytes, value) {
  const made = Buffer.alloc(8);
  made.writeBigUInt64BE(BigInt(value));
  return made.subarray(8 - bytes);
}

const lp = (...parts) => Buffer.concat(parts.flatMap((part) => [uint(4, part.length), part]));

function parts(data) {
  const found = [];
  for (let at = 0; at < data.length; ) {
    const length = data.readUInt32BE(at);
    check(at + 4 + length <= data.length, "a part is cut off");
    found.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

const PREFIXES = {
  Ed25519: "302a300506032b6570032100",
  "ECDSA-P-256": "3059301306072a8648ce3d020106082a8648ce3d030107034200",
  "ML-DSA-65": "308207b2300b0609608648016503040312038207a100",
};

function isSigned({ algorithm, public_key: key }, text, signature) {
  const spki = Buffer.concat([hex(PREFIXES[algorithm]), hex(key)]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  const digest = algorithm === "ECDSA-P-256" ? "sha256" : null;
  return verify(digest, text, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}

/** Returns the lines of a note that the signer has signed. */
function statement(note, signer) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [, name, line] = note.slice(end + 2).match(/^— (\S+) (\S+)\n$/u);
  const signed = Buffer.from(line, "base64");
  const type = signer.algorithm === "Ed25519" ? Buffer.from([1])
    : Buffer.concat([Buffer.from([0xff]), Buffer.from(`kwtools/2 ${signer.algorithm}`)]);
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), type, hex(signer.public_key)])).subarray(0, 4);
  check(name === signer.name && signed.subarray(0, 4).equals(id), "signed by another key");
  check(isSigned(signer, Buffer.from(text), signed.subarray(4)), "the signature is not valid");
  const lines = text.split("\n");
  check(lines.length === 7 && lines[0] === LABEL, "another kind of note");
  return lines;
}

function open({ note, bundle, signer, kms_key: key }) {
  const [, deployment, number, validUntil, count, digest] = statement(note, signer);
  const whole = hex(bundle);
  check(sha256(whole).toString("base64") === digest, "another bundle");
  const items = parts(whole);
  check(items.length === Number(count), "another count");
  const kem = KEMS.get(key.kem);
  const deks = items.map((item, index) => {
    const [foreign, keyUuid, enc, body] = parts(item);
    check(keyUuid.equals(hex(key.key_uuid.replaceAll("-", ""))), "sealed to another key");
    const info = lp(
      Buffer.from(LABEL), hex(deployment.replaceAll("-", "")), hex(signer.public_key), uint(8, number), uint(4, index),
      foreign, keyUuid, Buffer.from(key.kem), Buffer.concat([uint(2, kem.id), uint(2, 1), uint(2, 2)]),
    );
    const dek = openBase(kem, 1, 2, enc, hex(key.private_key), info, NOTHING, body);
    return { foreign_uuid: foreign.toString("hex"), dek: dek.toString("hex") };
  });
  return { deployment, number: Number(number), valid_until: Number(validUntil), deks };
}

const { bundles } = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { expect, ...given } of bundles) {
  const found = JSON.stringify(open(given));
  check(found === JSON.stringify(expect), `${given.signer.algorithm}: ${found}`);
}
console.log(`${bundles.length} passed`);
