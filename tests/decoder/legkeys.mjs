// Opens one leg under a key of each kind of provider, and checks what its KMS receives.
import { createDecipheriv, createHash, constants, createPrivateKey, privateDecrypt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { openGcm } from "./xaes.mjs";

const hex = (text) => Buffer.from(text, "hex");
const base64 = (text) => Buffer.from(text, "base64");
const gcm = (key, sealed, aad) => openGcm(key, sealed.subarray(0, 12), sealed.subarray(12), aad);

function check(condition, problem) {
  if (!condition) throw new Error(problem);
}

/** RFC 3394 with a key of 256 bits. */
function keyUnwrap(key, wrapped) {
  const cipher = createDecipheriv("id-aes256-wrap", key, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(wrapped), cipher.final()]);
}

/** What no key opens here: the file says which leg key the KMS gives for it, in which context. */
function ofTable(key, wrapped, context) {
  const found = key.opens[wrapped.toString("hex")];
  check(found?.context === context, "the KMS opens no such leg key");
  return hex(found.leg_key);
}

const LEG_KEYS = {
  vault({ key, requests }, wrapped, context) {
    const text = wrapped.toString("ascii");
    check(isDeepStrictEqual(requests.unwrap, { ciphertext: text, associated_data: context.toString("base64") }), "another request");
    check(text.startsWith("vault:v1:"), "no text of Transit");
    return gcm(hex(key.aes), base64(text.slice(9)), context);
  },
  aws({ key, requests, wrapper_uuid: wrapper }, wrapped, context) {
    const digest = createHash("sha256").update(context).digest("base64");
    const padded = digest.replaceAll("+", "-").replaceAll("/", "_");
    const bound = { "kwtools:context": padded, "kwtools:wrapper": wrapper };
    check(isDeepStrictEqual(requests.unwrap.EncryptionContext, bound), "another EncryptionContext");
    check(base64(requests.unwrap.CiphertextBlob).equals(wrapped), "another CiphertextBlob");
    return ofTable(key, wrapped, padded);
  },
  gcp({ key, requests }, wrapped, context) {
    const aad = context.toString("base64");
    check(requests.unwrap.additionalAuthenticatedData === aad, "other associated data");
    check(base64(requests.unwrap.ciphertext).equals(wrapped), "another ciphertext");
    return ofTable(key, wrapped, aad);
  },
  azure({ key, requests }, wrapped) {
    const [algorithm, version, value, ...more] = wrapped.toString("ascii").split(":");
    check(algorithm === key.algorithm && /^[0-9a-f]{32}$/.test(version) && more.length === 0, "another form");
    check(isDeepStrictEqual(requests.unwrap, { alg: algorithm, value }), "another request");
    const data = Buffer.from(value, "base64url");
    if (algorithm === "A256KW") return keyUnwrap(hex(key.aes), data);
    const rsa = createPrivateKey({ key: hex(key.rsa), format: "der", type: "pkcs8" });
    return privateDecrypt({ key: rsa, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, data);
  },
  pkcs11({ key }, wrapped, context) {
    if (wrapped[0] === 1) return gcm(hex(key.aes), wrapped.subarray(1), context);
    check(wrapped[0] === 2, "another form");
    return keyUnwrap(hex(key.aes), wrapped.subarray(1));
  },
  kmip({ key }, wrapped, context) {
    return gcm(hex(key.aes), wrapped, context);
  },
};

/** The body of a remote leg; sealingKey derives the key of its AES-GCM from the leg key and the context. */
export function openRemoteLeg(leg, sealingKey) {
  const [wrap, context] = [hex(leg.dek_wrap), hex(leg.context)];
  check(wrap[0] === 2, "no wrap of this format");
  const start = 3 + wrap.readUInt16BE(1);
  const wrapped = wrap.subarray(3, start);
  check(wrapped.equals(hex(leg.wrapped_leg_key)), "another wrapped leg key");
  const legKey = LEG_KEYS[leg.provider](leg, wrapped, context);
  check(legKey.equals(hex(leg.leg_key)), "another leg key");
  return gcm(sealingKey(legKey, context), wrap.subarray(start), context);
}
