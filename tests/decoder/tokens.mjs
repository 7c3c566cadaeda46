// Tokens of blind indexes, written from docs/format.md. node tokens.mjs FILE: makes the tokens that the
// file lists and compares them. It does not know which code points Unicode 14.0 assigns.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const hmac = (key, data) => createHmac("sha256", key).update(data).digest();

function number(value, bytes) {
  const made = Buffer.alloc(bytes);
  made.writeUIntBE(value, 0, bytes);
  return made;
}

const lp = (...parts) => Buffer.concat(parts.flatMap((part) => [number(part.length, 4), part]));

/** Full case folding of one character: nearly always, lower case of its upper case. */
function folded(character) {
  if (character === "\u0131") return character;
  if (character === "\u1e9e") return "ss";
  if (/[\u13a0-\u13f5]/u.test(character)) return character; // Cherokee folds to upper case
  const upper = character.toUpperCase();
  if (/^[\u13a0-\u13f5]$/u.test(upper)) return upper;
  return [...upper].map((one) => one.toLowerCase()).join("");
}

const trim = (text) => text.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, "");
const fold = (text) =>
  [...text.normalize("NFKC")].map(folded).join("").normalize("NFKC");

function digits(text) {
  const found = text.replace(/[\0-\x2f\x3a-\x7f\xa0\u2007\u202f\u2010-\u2015\u2212]/g, "");
  assert.match(found, /^[0-9]*$/);
  return found;
}

const NORMALISERS = {
  "raw": (text) => text,
  "trim": trim,
  "digits": digits,
  "phone": (text) => (trim(text).startsWith("+") ? "+" : "") + digits(text),
  "ascii-lower": (text) => text.replace(/[A-Z]/g, (one) => one.toLowerCase()),
  "unicode-14": fold,
  "email": (text) => trim(fold(text)),
};

function token(content, { normaliser, bits, generation, value }) {
  const info = lp(
    Buffer.from("kwtools/2 index key"),
    Buffer.from(content.index_uuid.replaceAll("-", ""), "hex"),
    Buffer.from(normaliser),
    number(bits, 2),
    number(generation, 4),
  );
  const key = hmac(Buffer.from(content.prk, "hex"), Buffer.concat([info, Buffer.from([1])]));
  const mac = hmac(key, Buffer.from(NORMALISERS[normaliser](value)));
  const cut = mac.subarray(0, Math.ceil(bits / 8));
  cut[cut.length - 1] &= 0xff << (cut.length * 8 - bits);
  return Buffer.concat([Buffer.from([0xb2]), number(generation, 4), cut]).toString("hex");
}

const content = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const one of content.tokens) assert.equal(token(content, one), one.token, JSON.stringify(one));
console.log(`${content.tokens.length} tokens agree`);
