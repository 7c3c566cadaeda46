// The primitives against their published vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openXaes } from "./xaes.mjs";

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
