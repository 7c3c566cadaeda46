// HPKE in base mode, the recipient's side: RFC 9180, and draft-ietf-hpke-pq for the KEMs with
// ML-KEM, over Node's X25519, P-256, ML-KEM, HMAC and SHA-3.
import {
  createDecipheriv, createECDH, createHash, createHmac, createPrivateKey, createPublicKey, decapsulate, diffieHellman,
} from "node:crypto";

const KDFS = { 1: "sha256", 2: "sha384", 3: "sha512" };
const AEADS = {
  1: { cipher: "aes-128-gcm", keyBytes: 16 },
  2: { cipher: "aes-256-gcm", keyBytes: 32 },
  3: { cipher: "chacha20-poly1305", keyBytes: 32 },
};
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const XWING_LABEL = Buffer.from("\\.//^\\");

const hex = (text) => Buffer.from(text, "hex");

function u16(number) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(number);
  return bytes;
}

function check(condition, problem) {
  if (!condition) throw new Error(problem);
}

/** The labelled functions of RFC 9180, section 4, of one suite id. */
function labelled(hash, suiteId) {
  const hmac = (key, data) => createHmac(hash, key).update(data).digest();
  const prefix = Buffer.concat([Buffer.from("HPKE-v1"), suiteId]);
  return {
    extract: (salt, label, ikm) => hmac(salt, Buffer.concat([prefix, Buffer.from(label), ikm])),
    expand(prk, label, info, length) {
      const message = Buffer.concat([u16(length), prefix, Buffer.from(label), info, Buffer.from([1])]);
      const block = hmac(prk, message);
      check(length <= block.length, "more than one block is not needed here");
      return block.subarray(0, length);
    },
  };
}

/** A KEM that is a Diffie-Hellman: RFC 9180, section 4.1; SHA-256 is the hash of both of ours. */
function dhKem(id, encBytes, publicBytes, publicOf, agree) {
  return {
    id,
    encBytes,
    publicBytes,
    privateBytes: 32,
    publicOf,
    decapsulate(enc, secret) {
      const { extract, expand } = labelled("sha256", Buffer.concat([Buffer.from("KEM"), u16(id)]));
      const prk = extract("", "eae_prk", agree(secret, enc));
      return expand(prk, "shared_secret", Buffer.concat([enc, publicOf(secret)]), 32);
    },
  };
}

const x25519Private = (secret) =>
  createPrivateKey({
    key: Buffer.concat([hex("302e020100300506032b656e04220420"), secret]), format: "der", type: "pkcs8",
  });
const x25519Public = (point) =>
  createPublicKey({ key: Buffer.concat([hex("302a300506032b656e032100"), point]), format: "der", type: "spki" });
const spkiEnd = (secret, length) =>
  createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(-length);
const x25519PublicOf = (secret) => spkiEnd(x25519Private(secret), 32);
// OpenSSL refuses a shared secret of zeros, as RFC 9180, section 7.1.4, asks
const x25519 = (secret, point) =>
  diffieHellman({ privateKey: x25519Private(secret), publicKey: x25519Public(point) });

function p256(secret) {
  const key = createECDH("prime256v1");
  key.setPrivateKey(secret);
  return key;
}

/** ML-KEM of FIPS 203. `oid` is the last byte of the object identifier; the seed is d ‖ z. */
function mlKem(id, oid, encBytes, publicBytes) {
  // OneAsymmetricKey of RFC 9935: the choice [0] is the seed
  const privateKey = (seed) =>
    createPrivateKey({
      key: Buffer.concat([hex(`3054020100300b06096086480165030404${oid}04428040`), seed]),
      format: "der",
      type: "pkcs8",
    });
  return {
    id,
    encBytes,
    publicBytes,
    privateBytes: 64,
    publicOf: (seed) => spkiEnd(privateKey(seed), publicBytes),
    decapsulate: (enc, seed) => decapsulate(privateKey(seed), enc),
  };
}

const MLKEM768 = mlKem(0x0041, "02", 1088, 1184);

/** MLKEM768-X25519, which is X-Wing: the seed is stretched to that of ML-KEM and X25519's key. */
function xwingKeys(seed) {
  const bytes = createHash("shake256", { outputLength: 96 }).update(seed).digest();
  return { ml: bytes.subarray(0, 64), x: bytes.subarray(64) };
}

const XWING = {
  id: 0x647a,
  encBytes: 1120,
  publicBytes: 1216,
  privateBytes: 32,
  publicOf(seed) {
    const { ml, x } = xwingKeys(seed);
    return Buffer.concat([MLKEM768.publicOf(ml), x25519PublicOf(x)]);
  },
  decapsulate(enc, seed) {
    const { ml, x } = xwingKeys(seed);
    const point = enc.subarray(MLKEM768.encBytes);
    const shared = [MLKEM768.decapsulate(enc.subarray(0, MLKEM768.encBytes), ml), x25519(x, point)];
    const hashed = Buffer.concat([...shared, point, x25519PublicOf(x), XWING_LABEL]);
    return createHash("sha3-256").update(hashed).digest();
  },
};

/** The KEMs by the names that docs/format.md gives them. */
export const KEMS = new Map([
  ["X25519", dhKem(0x0020, 32, 32, x25519PublicOf, x25519)],
  ["P-256", dhKem(0x0010, 65, 65, (secret) => p256(secret).getPublicKey(), (secret, point) => {
    check(point[0] === 4, "a point that is not uncompressed");
    return p256(secret).computeSecret(point);
  })],
  ["ML-KEM-768", MLKEM768],
  ["ML-KEM-1024", mlKem(0x0042, "03", 1568, 1568)],
  ["ML-KEM-768+X25519", XWING],
]);

/** The public key of a private key, both in the byte form of the KEM. */
export function publicOf(kem, secret) {
  check(secret.length === kem.privateBytes, "a private key of another length");
  return kem.publicOf(secret);
}

/** The secret that `enc` shares with the holder of a private key. */
export function sharedSecret(kem, enc, secret) {
  check(enc.length === kem.encBytes, "an encapsulated key of another length");
  check(secret.length === kem.privateBytes, "a private key of another length");
  return kem.decapsulate(enc, secret);
}

/** OpenBase of RFC 9180, section 6.1; throws where anything is not what was sealed. */
export function openBase(kem, kdfId, aeadId, enc, secret, info, aad, sealed) {
  const shared = sharedSecret(kem, enc, secret);
  const { cipher, keyBytes } = AEADS[aeadId];
  const suiteId = Buffer.concat([Buffer.from("HPKE"), u16(kem.id), u16(kdfId), u16(aeadId)]);
  const { extract, expand } = labelled(KDFS[kdfId], suiteId);
  const nothing = Buffer.alloc(0);
  const scheduled = Buffer.concat([
    Buffer.from([0]), // mode_base
    extract("", "psk_id_hash", nothing),
    extract("", "info_hash", info),
  ]);
  const prk = extract(shared, "secret", nothing);
  const key = expand(prk, "key", scheduled, keyBytes);
  const nonce = expand(prk, "base_nonce", scheduled, NONCE_BYTES); // of sequence number 0
  check(sealed.length >= TAG_BYTES, "shorter than a tag");
  const end = sealed.length - TAG_BYTES;
  const aead = createDecipheriv(cipher, key, nonce, { authTagLength: TAG_BYTES });
  aead.setAAD(aad, { plaintextLength: end });
  aead.setAuthTag(sealed.subarray(end));
  return Buffer.concat([aead.update(sealed.subarray(0, end)), aead.final()]);
}
