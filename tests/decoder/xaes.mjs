// XAES-256-GCM, from its specification (c2sp.org/XAES-256-GCM), over Node's AES.
import { createCipheriv, createDecipheriv } from "node:crypto";

const TAG_BYTES = 16;

/** AES-256-GCM (SP 800-38D): returns the plaintext, throws where the tag is wrong. */
export function openGcm(key, nonce, sealed, aad) {
  if (sealed.length < TAG_BYTES) throw new Error("shorter than a tag");
  const cipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), cipher.final()]);
}

/** The message key of a 24-byte nonce: CMAC of two blocks in counter mode, unrolled. */
function messageKey(key, nonce) {
  const aes = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  const subkey = aes.update(Buffer.alloc(16));
  let carry = 0;
  for (let i = 15; i >= 0; i--) {
    const byte = subkey[i];
    subkey[i] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  if (carry) subkey[15] ^= 0x87;
  const blocks = [1, 2].map((counter) => {
    const block = Buffer.concat([Buffer.from([0, counter, 0x58, 0]), nonce.subarray(0, 12)]);
    return block.map((byte, i) => byte ^ subkey[i]);
  });
  return Buffer.concat(blocks.map((block) => aes.update(block)));
}

/** XAES-256-GCM with a 24-byte nonce. */
export function openXaes(key, nonce, sealed, aad) {
  if (nonce.length !== 24) throw new Error("a nonce has 24 bytes");
  return openGcm(messageKey(key, nonce), nonce.subarray(12), sealed, aad);
}
