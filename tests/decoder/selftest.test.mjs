// The primitives against their published vectors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KEMS, openBase, publicOf, sharedSecret } from "./hpke.mjs";
import { openXaes } from "./xaes.mjs";

const hex = (text) => Buffer.from(text, "hex");

function flipped(bytes) {
  const changed = Buffer.from(bytes);
  changed[changed.length - 1] ^= 1;
  return changed;
}

const NONCE = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWX");
const PLAIN = "XAES-256-GCM";
// c2sp.org/XAES-256-GCM, "Test Vectors"
const VECTORS = [
  [1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"],
  [3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"],
];

for (const [byte, aad, sealed] of VECTORS) {
  const key = Buffer.alloc(32, byte);
  test(`XAES-256-GCM opens the vector of key ${byte}`, () => {
    const opened = openXaes(key, NONCE, Buffer.from(sealed, "hex"), Buffer.from(aad));
    assert.equal(opened.toString(), PLAIN);
  });
  test(`XAES-256-GCM refuses every changed byte of the vector of key ${byte}`, () => {
    for (let i = 0; i < sealed.length / 2; i++) {
      const changed = Buffer.from(sealed, "hex");
      changed[i] ^= 1;
      assert.throws(() => openXaes(key, NONCE, changed, Buffer.from(aad)));
    }
  });
}

// The vectors that are published with HPKE; HPKE_VECTORS is the folder of their files.
const HPKE_FILES = ["test-vectors.json", "hpke-pq-test-vectors.json"];
const HPKE = HPKE_FILES.flatMap((name) =>
  JSON.parse(readFileSync(join(process.env.HPKE_VECTORS, name), "utf8")));

for (const [name, kem] of KEMS) {
  // base mode; the KDFs that are HKDF, and what is no mere export
  const vectors = HPKE.filter((one) => one.mode === 0 && one.kem_id === kem.id);
  const opened = vectors.filter((one) => one.kdf_id <= 3 && one.aead_id <= 3);
  test(`${name} agrees on the secrets of its vectors`, () => {
    assert.ok(vectors.length > 0);
    for (const { skRm, pkRm, enc, shared_secret: secret } of vectors) {
      assert.equal(publicOf(kem, hex(skRm)).toString("hex"), pkRm);
      assert.equal(sharedSecret(kem, hex(enc), hex(skRm)).toString("hex"), secret);
    }
  });
  test(`HPKE with ${name} opens its vectors and refuses what was changed`, () => {
    for (const { kdf_id: kdf, aead_id: aead, enc, skRm, info, encryptions } of opened) {
      const [{ aad, ct, pt }] = encryptions;
      const inputs = [enc, skRm, info, aad, ct].map(hex);
      const open = ([enc, secret, info, aad, sealed]) =>
        openBase(kem, kdf, aead, enc, secret, info, aad, sealed).toString("hex");
      assert.equal(open(inputs), pt);
      for (const changed of [0, 2, 3, 4]) {
        assert.throws(() => open(inputs.map((bytes, i) => (i === changed ? flipped(bytes) : bytes))));
      }
    }
    assert.ok(opened.length > 0);
  });
}
