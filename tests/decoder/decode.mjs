// An independent decoder of formats kwtools/1 and kwtools/2, written from docs/format.md.
// node decode.mjs FILE: opens what the file holds (tests/vectors/README.md says its shape) and
// compares it with what the file expects. Prints no key material.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { KEMS, openBase, publicOf } from "./hpke.mjs";
import { openRemoteLeg } from "./legkeys.mjs";
import { openGcm, openXaes } from "./xaes.mjs";

const MAX_DEPTH = 3;
const MAX_LAYERS = 8;
const LAYER_BYTES = 16; // what a layer adds to what it seals
const HKDF_SHA256 = 1;
const AES_256_GCM = 2;
const HPKE_PQ = "draft-ietf-hpke-pq-04";
const SPECIFICATIONS = {
  "X25519": "RFC 9180",
  "P-256": "RFC 9180",
  "ML-KEM-768": HPKE_PQ,
  "ML-KEM-1024": HPKE_PQ,
  "ML-KEM-768+X25519": HPKE_PQ,
};
const FIELD_CLASSES = { 1: "field", 2: "branch" };
const CLASSES = { ...FIELD_CLASSES, 3: "deployment", 4: "index" };
/** Of each format the version of its payloads, what they are extracted from, and how its ciphertexts begin. */
const FORMATS = new Map([
  ["kwtools/1", { version: 1, extracted: 4, magic: 0xc1, classes: FIELD_CLASSES }],
  ["kwtools/2", { version: 2, extracted: 0, magic: 0xc2, classes: CLASSES }],
]);
const PRIVATE_KEYS = "kwtools/1"; // the format of the wraps of private keys
const DIRECT = "HKDF-SHA-256+AES-256-GCM";
const LEG_KEY = "leg-key+HKDF-SHA-256+AES-256-GCM";

const hex = (text) => Buffer.from(text, "hex");
const uuidBytes = (uuid) => hex(uuid.replaceAll("-", ""));
const sha256 = (data) => createHash("sha256").update(data).digest();
const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
const extract = hmac;
/** What tells the bytes of a key file and gives nothing of them away. */
const checkValue = (secret) => expand(secret, Buffer.from("kwtools/1 local key check")).toString("base64url");
const legSealingKey = (legKey, context, format) => expand(legKey, lp(`${format} leg key`, context));
const expand = (prk, info) => hmac(prk, Buffer.concat([info, Buffer.from([1])]));

function check(condition, problem) {
  if (!condition) throw new Error(problem);
}

function u16(number) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(number);
  return bytes;
}

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function lp(...parts) {
  return Buffer.concat(parts.flatMap((part) => {
    const bytes = Buffer.from(part);
    return [u32(bytes.length), bytes];
  }));
}

/** A value as PostgreSQL prints it as jsonb. JSON.stringify escapes in a text what it escapes. */
function jsonbText(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(", ")}]`;
  const names = Object.keys(value).map((name) => [Buffer.from(name), name]);
  names.sort(([one], [other]) => one.length - other.length || Buffer.compare(one, other));
  return `{${names.map(([, name]) => `${JSON.stringify(name)}: ${jsonbText(value[name])}`).join(", ")}}`;
}

/** The bytes of a base64url text; refuses every other spelling of them. */
function base64url(text) {
  const bytes = Buffer.from(text, "base64url");
  check(bytes.toString("base64url") === text, "no base64url");
  return bytes;
}

/** The text that a layer's aad is bound as. */
function aadText(aad) {
  if (aad === null) return "";
  check(typeof aad === "object" && !Array.isArray(aad), "an aad that is no object");
  check(Object.values(aad).every((value) => typeof value === "string"), "an aad of other than texts");
  return jsonbText(aad);
}

/** The layers of a wrapper by number, each checked for its form. */
function layersOf(wrapper) {
  const layers = [...(wrapper.layers ?? [])].sort((one, other) => one.layer_no - other.layer_no);
  check(layers.length <= MAX_LAYERS, "more layers than the format has");
  for (const [index, layer] of layers.entries()) {
    check(layer.layer_no === index + 1, "the numbers of the layers have a gap");
    const kem = KEMS.get(layer.kem);
    check(kem, `unknown KEM ${layer.kem}`);
    check(hex(layer.kem_ciphertext).length === kem.encBytes, "an encapsulated key of another length");
    check(hex(layer.encap_pubkey).length === kem.publicBytes, "a public key of another length");
    const meta = { kdf: HKDF_SHA256, kem: kem.id, aead: AES_256_GCM, hpke: SPECIFICATIONS[layer.kem] };
    check(isDeepStrictEqual(layer.meta, meta), "meta is not that of the KEM");
  }
  return layers;
}

/** The format of a wrapper, whose name begins every label. */
function formatOf(wrapper) {
  const name = wrapper.crypto_suite.format;
  check(FORMATS.has(name), `unknown format ${name}`);
  return name;
}

function layerDigest(wrapper, layer) {
  return sha256(lp(
    `${formatOf(wrapper)} layer`,
    [layer.layer_no],
    uuidBytes(layer.kms_key_uuid),
    layer.kem,
    hex(layer.kem_ciphertext),
    hex(layer.encap_pubkey),
    aadText(layer.aad),
    jsonbText(layer.meta),
  ));
}

function layersDigest(wrapper) {
  const digests = layersOf(wrapper).map((layer) => layerDigest(wrapper, layer));
  return sha256(Buffer.concat([lp(`${formatOf(wrapper)} layers`), u32(digests.length), ...digests]));
}

function layerInfo(wrapper, layer, length, commitment) {
  return lp(
    `${formatOf(wrapper)} layer context`,
    uuidBytes(wrapper.wrapper_uuid),
    [layer.layer_no],
    uuidBytes(layer.kms_key_uuid),
    layer.kem,
    Buffer.concat([KEMS.get(layer.kem).id, HKDF_SHA256, AES_256_GCM].map(u16)),
    u32(length),
    wrapper.crypto_suite.class,
    commitment,
    aadText(layer.aad),
  );
}

function xor(one, other) {
  check(one.length === other.length, "shares differ in length");
  return Buffer.from(one.map((byte, i) => byte ^ other[i]));
}

function context(wrapper, leg, length, commitment, wrap) {
  const suite = wrapper.crypto_suite;
  return lp(
    `${formatOf(wrapper)} context`,
    uuidBytes(wrapper.wrapper_uuid),
    [leg],
    u32(wrapper[`wrap${leg}_version`]),
    suite.mode,
    uuidBytes(wrapper[`kms${leg}_key_uuid`]),
    u32(length),
    suite.class,
    wrap,
    commitment,
    layersDigest(wrapper),
  );
}

/** Opens wrappers of one file; keys and branches are looked up in it. */
class Decoder {
  constructor(file) {
    check(FORMATS.has(file.format), `unknown format ${file.format}`);
    this.keys = new Map((file.kms_keys ?? []).map((key) => [key.key_uuid, key]));
    this.wrappers = new Map((file.wrappers ?? []).map((wrapper) => [wrapper.wrapper_uuid, wrapper]));
  }

  /** The KEK of a key for what is wrapped in a format. */
  kek(keyUuid, above, format) {
    const key = this.keys.get(keyUuid);
    check(key && key.kind !== "kem", "unknown KMS key");
    if (key.kind === "local") {
      const secret = Buffer.from(key.jwk.k, "base64url");
      check(key.jwk.kty === "oct" && secret.length === 32, "not a key of 32 bytes");
      const told = key.jwk.check ?? (key.jwk.kid.length === 43 ? key.jwk.kid : checkValue(secret));
      check(told === checkValue(secret), "another check value");
      return extract(`${format} local kek`, secret);
    }
    check(!above.includes(key.wrapper_uuid) && above.length < MAX_DEPTH, "a cycle, or too deep");
    const branch = this.wrappers.get(key.wrapper_uuid);
    check(branch && branch.crypto_suite.class === "branch", "not a branch");
    const { prk } = this.open(branch, [...above, key.wrapper_uuid]);
    return expand(prk, lp(`${format} kek`, uuidBytes(key.wrapper_uuid)));
  }

  leg(wrapper, leg, commitment, above) {
    const wrap = hex(wrapper[`dek_wrap${leg}`]);
    const keyUuid = wrapper[`kms${leg}_key_uuid`];
    const contextOf = (length) => context(wrapper, leg, length, commitment, this.suite(keyUuid));
    return this.unwrap(wrap, keyUuid, wrapper.wrapper_uuid, contextOf, above, formatOf(wrapper));
  }

  /** Opens what was wrapped under a key for the owner that a UUID names; the context has the body's length. */
  unwrap(wrap, keyUuid, owner, contextOf, above, format) {
    if (this.suite(keyUuid) === LEG_KEY) return this.remoteUnwrap(wrap, keyUuid, contextOf, format);
    check(wrap.length > 29 && wrap[0] === 1, "no wrap of this format");
    const kek = this.kek(keyUuid, above, format);
    const key = expand(kek, lp(`${format} wrap key`, uuidBytes(owner)));
    return openGcm(key, wrap.subarray(1, 13), wrap.subarray(13), contextOf(wrap.length - 29));
  }

  /** The suite of legs under a key. */
  suite(keyUuid) {
    return this.keys.get(keyUuid)?.kind === "remote" ? LEG_KEY : DIRECT;
  }

  /** The file stands for the KMS: it says what each wrapped leg key opens to. */
  remoteUnwrap(wrap, keyUuid, contextOf, format) {
    check(wrap.length > 3 && wrap[0] === 2, "no wrap of this format");
    const start = 3 + wrap.readUInt16BE(1);
    check(wrap.length >= start + 28, "no wrap of this format");
    const legKey = this.keys.get(keyUuid).leg_keys[wrap.subarray(3, start).toString("hex")];
    check(legKey?.length === 64, "the KMS opens no such leg key");
    const aad = contextOf(wrap.length - start - 28);
    const key = legSealingKey(hex(legKey), aad, format);
    return openGcm(key, wrap.subarray(start, start + 12), wrap.subarray(start + 12), aad);
  }

  /** The private key of a KEM key: of its file, or of its row of kem_private_keys. */
  kemPrivate(key, above) {
    const publicKey = hex(key.public_key);
    let aad = null;
    let secret;
    if (key.jwk) {
      const { kty, alg, kid, pub, priv, check: told, made_by: madeBy, ...others } = key.jwk;
      check(isDeepStrictEqual(others, {}), "another form of key file");
      check(madeBy === undefined || /^[0-9/]{1,40}$/.test(madeBy), "another form of key file");
      check(told === undefined || told === checkValue(base64url(priv)), "another check value");
      check(kty === "AKP" && alg === key.kem, "a key file of another algorithm");
      check(kid === sha256(`{"alg":"${alg}","kty":"AKP","pub":"${pub}"}`).toString("base64url"), "another kid");
      check(kid === key.external_key_id, "the key file of another key");
      check(base64url(pub).equals(publicKey), "a key file with another public key");
      secret = base64url(priv);
    } else {
      const sealedBy = key.sealed_by_key_uuid;
      aad = lp(
        `${PRIVATE_KEYS} private key`,
        uuidBytes(key.key_uuid),
        key.kem,
        publicKey,
        uuidBytes(sealedBy),
        this.suite(sealedBy),
      );
      secret = this.unwrap(hex(key.sealed_key), sealedBy, key.key_uuid, () => aad, above, PRIVATE_KEYS);
    }
    check(publicOf(KEMS.get(key.kem), secret).equals(publicKey), "a private key of another public key");
    return { private_key: secret, context: aad };
  }

  /** Opens one layer: what it sealed is 16 bytes shorter than its body. */
  layer(wrapper, layer, body, commitment, above) {
    const key = this.keys.get(layer.kms_key_uuid);
    check(key?.kind === "kem" && key.kem === layer.kem, "no key of the layer's KEM");
    check(key.public_key === layer.encap_pubkey, "sealed to another public key");
    const { private_key: secret } = this.kemPrivate(key, above);
    const info = layerInfo(wrapper, layer, body.length - LAYER_BYTES, commitment);
    const nothing = Buffer.alloc(0);
    const enc = hex(layer.kem_ciphertext);
    return openBase(KEMS.get(layer.kem), HKDF_SHA256, AES_256_GCM, enc, secret, info, nothing, body);
  }

  /** Opens a wrapper by every set of legs that its mode allows; all must agree. */
  open(wrapper, above = []) {
    const suite = wrapper.crypto_suite;
    formatOf(wrapper);
    const commitment = hex(suite.commitment);
    const open = (leg) => this.leg(wrapper, leg, commitment, above);
    let payloads;
    if (suite.mode === "single") {
      const second = [wrapper.kms2_key_uuid, wrapper.wrap2_version, wrapper.dek_wrap2];
      check(second.every((column) => column === null), "a second leg in mode single");
      payloads = [open(1)];
    } else if (suite.mode === "either") {
      payloads = [open(1), open(2)];
    } else {
      check(suite.mode === "both", `unknown mode ${suite.mode}`);
      payloads = [xor(open(1), open(2))];
    }
    check(payloads.every((one) => one.equals(payloads[0])), "the legs disagree");
    let body = payloads[0];
    for (const layer of layersOf(wrapper).reverse()) {
      body = this.layer(wrapper, layer, body, commitment, above);
    }
    return this.payload(wrapper, body, commitment);
  }

  payload(wrapper, payload, commitment) {
    const suite = wrapper.crypto_suite;
    const format = formatOf(wrapper);
    const { version, extracted, classes } = FORMATS.get(format);
    const [found, dekClass, origin, length] = payload;
    check(found === version && length >= 16 && length <= 64 && payload.length === 36 + length, "no payload");
    const origins = { 1: "generated", 2: "imported" };
    check(classes[dekClass] && origins[origin], "no payload");
    check(dekClass === 1 || origin === 1, "an imported key of another class than field");
    const dek = payload.subarray(36);
    const prk = extract(`${format} prk`, payload.subarray(extracted));
    const made = expand(prk, lp(`${format} commitment`, uuidBytes(wrapper.wrapper_uuid)));
    check(made.length === commitment.length && timingSafeEqual(made, commitment), "another key than committed to");
    const legs = suite.mode === "single" ? [1] : [1, 2];
    const layers = layersOf(wrapper);
    check(
      isDeepStrictEqual(suite, {
        kdf: "HKDF-SHA-256",
        legs: legs.map((leg) => ({
          leg,
          wrap: this.suite(wrapper[`kms${leg}_key_uuid`]),
          kms_key: wrapper[`kms${leg}_key_uuid`],
          version: wrapper[`wrap${leg}_version`],
        })),
        mode: suite.mode,
        class: classes[dekClass],
        format,
        layers: layers.map((layer) => ({
          kem: layer.kem,
          layer: layer.layer_no,
          digest: layerDigest(wrapper, layer).toString("hex"),
          kms_key: layer.kms_key_uuid,
        })),
        dek_bytes: length,
        commitment: made.toString("hex"),
      }),
      "crypto_suite is not what the wraps authenticate",
    );
    const opened = { dek, class: classes[dekClass], origin: origins[origin], prk, commitment: made };
    const bodyLength = payload.length + LAYER_BYTES * layers.length;
    for (const leg of legs) {
      const wrap = this.suite(wrapper[`kms${leg}_key_uuid`]);
      opened[`context${leg}`] = context(wrapper, leg, bodyLength, commitment, wrap);
    }
    opened.payload = payload;
    opened.suite_text = jsonbText(suite);
    opened.layers_digest = layersDigest(wrapper);
    opened.layers = layers.map((layer, index) => ({
      info: layerInfo(wrapper, layer, payload.length + LAYER_BYTES * index, commitment).toString("hex"),
      digest: layerDigest(wrapper, layer).toString("hex"),
    }));
    return opened;
  }

  field(item) {
    const data = hex(item.ciphertext);
    const { binding } = item;
    const wrapper = this.wrappers.get(item.wrapper_uuid);
    check(wrapper && wrapper.crypto_suite.class === "field", "no wrapper of a field");
    const format = formatOf(wrapper);
    check(data.length >= 14 && data[0] === FORMATS.get(format).magic, "no field ciphertext of the wrapper's format");
    const header = data.subarray(0, 14);
    const namesKey = binding.entity_pk !== "*";
    const namesField = binding.field_name !== null;
    const suite = binding.suite ?? (namesKey ? 1 : 2);
    const suites = format === "kwtools/2" && namesKey ? [1, 2] : [namesKey ? 1 : 2];
    check(suites.includes(suite), "no suite of such a binding");
    check(data[1] === suite, "another suite than the binding's");
    check(data.readBigUInt64BE(2) === BigInt(binding.id), "another binding");
    check(data.readUInt32BE(10) === binding.generation, "another generation");
    check(!namesKey || binding.entity_pk === item.entity_pk, "another key");
    check(!namesField || binding.field_name === item.field_name, "another field");
    const { prk } = this.open(wrapper);
    const key = expand(prk, lp(`${format} field key`, [suite], data.subarray(2, 10), data.subarray(10, 14)));
    const aad = Buffer.concat([
      lp(`${format} field`, header),
      coordinate(namesKey, item.entity_pk),
      coordinate(namesField, item.field_name),
    ]);
    const nonceEnd = 14 + (suite === 1 ? 12 : 24);
    const open = suite === 1 ? openGcm : openXaes;
    return open(key, data.subarray(14, nonceEnd), data.subarray(nonceEnd), aad);
  }
}

/** The body of a leg that stands alone in a file, under a key of one kind of provider. */
function openLeg(leg, format) {
  if (leg.provider !== "local") {
    return openRemoteLeg(leg, (legKey, context) => legSealingKey(legKey, context, format));
  }
  const wrap = hex(leg.dek_wrap);
  check(wrap[0] === 1, "no wrap of this format");
  const kek = extract(`${format} local kek`, base64url(leg.key.k));
  const key = expand(kek, lp(`${format} wrap key`, uuidBytes(leg.wrapper_uuid)));
  return openGcm(key, wrap.subarray(1, 13), wrap.subarray(13), hex(leg.context));
}

function coordinate(named, value) {
  if (named) return Buffer.from([0]);
  return value === null ? Buffer.from([2]) : Buffer.concat([Buffer.from([1]), lp(value)]);
}

function entityKey(parts) {
  const text = parts.length > 1
    ? jsonbText(parts)
    : parts[0] === "*" || "\\[#".includes(parts[0].charAt(0) || " ") ? `\\${parts[0]}` : parts[0];
  if ([...text].length <= 64) return text;
  return `#${sha256(text).toString("base64url")}`;
}

function sameAsExpected(opened, expected) {
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) continue;
    const found = Buffer.isBuffer(opened[name]) ? opened[name].toString("hex") : opened[name];
    check(isDeepStrictEqual(found, value), `${name} is not as expected`);
  }
}

function mustFail(work) {
  let opened = false;
  try {
    work();
    opened = true;
  } catch {
    // as it should be
  }
  check(!opened, "it opened, and must not");
}

function main(path) {
  const file = JSON.parse(readFileSync(path, "utf8"));
  const decoder = new Decoder(file);
  let passed = 0;
  let failed = 0;
  const item = (what, work) => {
    try {
      work();
      passed++;
      console.log(`ok ${what}`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${what}: ${error.message}`);
    }
  };
  for (const wrapper of file.wrappers ?? []) {
    item(`wrapper ${wrapper.name}`, () =>
      wrapper.expect === null
        ? mustFail(() => decoder.open(wrapper))
        : sameAsExpected(decoder.open(wrapper), wrapper.expect));
  }
  for (const { key_uuid: uuid, ...expected } of file.private_keys ?? []) {
    item(`private key ${uuid}`, () => sameAsExpected(decoder.kemPrivate(decoder.keys.get(uuid), []), expected));
  }
  for (const field of file.fields ?? []) {
    item(`field ${field.name}`, () =>
      field.plaintext === null
        ? mustFail(() => decoder.field(field))
        : check(decoder.field(field).toString("hex") === field.plaintext, "another plaintext"));
  }
  for (const leg of file.legs ?? []) {
    item(`leg ${leg.name}`, () => check(openLeg(leg, file.format).toString("hex") === leg.body, "another body"));
  }
  for (const { parts, text } of file.entity_keys ?? []) {
    item(`entity key ${text}`, () => check(entityKey(parts) === text, "another text"));
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2]);
