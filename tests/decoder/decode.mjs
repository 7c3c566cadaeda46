// An independent decoder of format kwtools/1, written from docs/format.md.
// node decode.mjs FILE: opens what the file holds (tests/vectors/README.md says its shape) and
// compares it with what the file expects. Prints no key material.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { openGcm, openXaes } from "./xaes.mjs";

const MAX_DEPTH = 3;
const FORMAT = "kwtools/1";
const DIRECT = "HKDF-SHA-256+AES-256-GCM";
const LEG_KEY = "leg-key+HKDF-SHA-256+AES-256-GCM";

const hex = (text) => Buffer.from(text, "hex");
const uuidBytes = (uuid) => hex(uuid.replaceAll("-", ""));
const sha256 = (data) => createHash("sha256").update(data).digest();
const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
const extract = hmac;
const expand = (prk, info) => hmac(prk, Buffer.concat([info, Buffer.from([1])]));

function check(condition, problem) {
  if (!condition) throw new Error(problem);
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

const NO_LAYERS = sha256(Buffer.concat([lp("kwtools/1 layers"), u32(0)]));

function xor(one, other) {
  check(one.length === other.length, "shares differ in length");
  return Buffer.from(one.map((byte, i) => byte ^ other[i]));
}

function context(wrapper, leg, length, commitment, wrap) {
  const suite = wrapper.crypto_suite;
  return lp(
    "kwtools/1 context",
    uuidBytes(wrapper.wrapper_uuid),
    [leg],
    u32(wrapper[`wrap${leg}_version`]),
    suite.mode,
    uuidBytes(wrapper[`kms${leg}_key_uuid`]),
    u32(length),
    suite.class,
    wrap,
    commitment,
    NO_LAYERS,
  );
}

/** Opens wrappers of one file; keys and branches are looked up in it. */
class Decoder {
  constructor(file) {
    check(file.format === FORMAT, `unknown format ${file.format}`);
    this.keys = new Map(file.kms_keys.map((key) => [key.key_uuid, key]));
    this.wrappers = new Map(file.wrappers.map((wrapper) => [wrapper.wrapper_uuid, wrapper]));
  }

  kek(keyUuid, above) {
    const key = this.keys.get(keyUuid);
    check(key, "unknown KMS key");
    if (key.kind === "local") {
      const secret = Buffer.from(key.jwk.k, "base64url");
      check(key.jwk.kty === "oct" && secret.length === 32, "not a key of 32 bytes");
      return extract("kwtools/1 local kek", secret);
    }
    check(!above.includes(key.wrapper_uuid) && above.length < MAX_DEPTH, "a cycle, or too deep");
    const branch = this.wrappers.get(key.wrapper_uuid);
    check(branch && branch.crypto_suite.class === "branch", "not a branch");
    const { prk } = this.open(branch, [...above, key.wrapper_uuid]);
    return expand(prk, lp("kwtools/1 kek", uuidBytes(key.wrapper_uuid)));
  }

  leg(wrapper, leg, commitment, above) {
    const wrap = hex(wrapper[`dek_wrap${leg}`]);
    const keyUuid = wrapper[`kms${leg}_key_uuid`];
    if (this.suite(keyUuid) === LEG_KEY) return this.remoteLeg(wrapper, leg, commitment, wrap, keyUuid);
    check(wrap.length > 29 && wrap[0] === 1, "no wrap of this format");
    const aad = context(wrapper, leg, wrap.length - 29, commitment, DIRECT);
    const kek = this.kek(keyUuid, above);
    const key = expand(kek, lp("kwtools/1 wrap key", uuidBytes(wrapper.wrapper_uuid)));
    return openGcm(key, wrap.subarray(1, 13), wrap.subarray(13), aad);
  }

  /** The suite of legs under a key. */
  suite(keyUuid) {
    return this.keys.get(keyUuid)?.kind === "remote" ? LEG_KEY : DIRECT;
  }

  /** The file stands for the KMS: it says what each wrapped leg key opens to. */
  remoteLeg(wrapper, leg, commitment, wrap, keyUuid) {
    check(wrap.length > 3 && wrap[0] === 2, "no wrap of this format");
    const start = 3 + wrap.readUInt16BE(1);
    check(wrap.length >= start + 28, "no wrap of this format");
    const legKey = this.keys.get(keyUuid).leg_keys[wrap.subarray(3, start).toString("hex")];
    check(legKey?.length === 64, "the KMS opens no such leg key");
    const aad = context(wrapper, leg, wrap.length - start - 28, commitment, LEG_KEY);
    const key = expand(hex(legKey), lp("kwtools/1 leg key", aad));
    return openGcm(key, wrap.subarray(start, start + 12), wrap.subarray(start + 12), aad);
  }

  /** Opens a wrapper by every set of legs that its mode allows; all must agree. */
  open(wrapper, above = []) {
    const suite = wrapper.crypto_suite;
    check(suite.format === FORMAT, `unknown format ${suite.format}`);
    const commitment = hex(suite.commitment);
    const open = (leg) => this.leg(wrapper, leg, commitment, above);
    let payloads;
    if (suite.mode === "single") {
      check(wrapper.kms2_key_uuid === null && wrapper.dek_wrap2 === null, "a second leg in mode single");
      payloads = [open(1)];
    } else if (suite.mode === "either") {
      payloads = [open(1), open(2)];
    } else {
      check(suite.mode === "both", `unknown mode ${suite.mode}`);
      payloads = [xor(open(1), open(2))];
    }
    check(payloads.every((one) => one.equals(payloads[0])), "the legs disagree");
    return this.payload(wrapper, payloads[0], commitment);
  }

  payload(wrapper, payload, commitment) {
    const suite = wrapper.crypto_suite;
    const [version, dekClass, origin, length] = payload;
    check(version === 1 && length >= 16 && length <= 64 && payload.length === 36 + length, "no payload");
    const classes = { 1: "field", 2: "branch" };
    const origins = { 1: "generated", 2: "imported" };
    check(classes[dekClass] && origins[origin], "no payload");
    check(dekClass !== 2 || origin === 1, "an imported branch");
    const random = payload.subarray(4, 36);
    const dek = payload.subarray(36);
    const prk = extract("kwtools/1 prk", Buffer.concat([random, dek]));
    const made = expand(prk, lp("kwtools/1 commitment", uuidBytes(wrapper.wrapper_uuid)));
    check(made.length === commitment.length && timingSafeEqual(made, commitment), "another key than committed to");
    const legs = suite.mode === "single" ? [1] : [1, 2];
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
        format: FORMAT,
        layers: [],
        dek_bytes: length,
        commitment: made.toString("hex"),
      }),
      "crypto_suite is not what the wraps authenticate",
    );
    const opened = { dek, class: classes[dekClass], origin: origins[origin], prk, commitment: made };
    for (const leg of legs) {
      const wrap = this.suite(wrapper[`kms${leg}_key_uuid`]);
      opened[`context${leg}`] = context(wrapper, leg, payload.length, commitment, wrap);
    }
    return opened;
  }

  field(item) {
    const data = hex(item.ciphertext);
    const { binding } = item;
    check(data.length >= 14 && data[0] === 0xc1, "no field ciphertext");
    const header = data.subarray(0, 14);
    const namesKey = binding.entity_pk !== "*";
    const namesField = binding.field_name !== null;
    const suite = namesKey ? 1 : 2;
    check(data[1] === suite, "another suite than the binding's");
    check(data.readBigUInt64BE(2) === BigInt(binding.id), "another binding");
    check(data.readUInt32BE(10) === binding.generation, "another generation");
    check(!namesKey || binding.entity_pk === item.entity_pk, "another key");
    check(!namesField || binding.field_name === item.field_name, "another field");
    const wrapper = this.wrappers.get(item.wrapper_uuid);
    check(wrapper && wrapper.crypto_suite.class === "field", "no wrapper of a field");
    const { prk } = this.open(wrapper);
    const key = expand(prk, lp("kwtools/1 field key", [suite], data.subarray(2, 10), data.subarray(10, 14)));
    const aad = Buffer.concat([
      lp("kwtools/1 field", header),
      coordinate(namesKey, item.entity_pk),
      coordinate(namesField, item.field_name),
    ]);
    const nonceEnd = 14 + (suite === 1 ? 12 : 24);
    const open = suite === 1 ? openGcm : openXaes;
    return open(key, data.subarray(14, nonceEnd), data.subarray(nonceEnd), aad);
  }
}

function coordinate(named, value) {
  if (named) return Buffer.from([0]);
  return value === null ? Buffer.from([2]) : Buffer.concat([Buffer.from([1]), lp(value)]);
}

function entityKey(parts) {
  // PostgreSQL prints a jsonb array with ", " between its elements
  const text = parts.length > 1
    ? `[${parts.map((part) => JSON.stringify(part)).join(", ")}]`
    : parts[0] === "*" || "\\[#".includes(parts[0].charAt(0) || " ") ? `\\${parts[0]}` : parts[0];
  if ([...text].length <= 64) return text;
  return `#${sha256(text).toString("base64url")}`;
}

function sameAsExpected(opened, expected) {
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) continue;
    const found = Buffer.isBuffer(opened[name]) ? opened[name].toString("hex") : opened[name];
    check(found === value, `${name} is not as expected`);
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
  for (const wrapper of file.wrappers) {
    item(`wrapper ${wrapper.name}`, () =>
      wrapper.expect === null
        ? mustFail(() => decoder.open(wrapper))
        : sameAsExpected(decoder.open(wrapper), wrapper.expect));
  }
  for (const field of file.fields) {
    item(`field ${field.name}`, () =>
      field.plaintext === null
        ? mustFail(() => decoder.field(field))
        : check(decoder.field(field).toString("hex") === field.plaintext, "another plaintext"));
  }
  for (const { parts, text } of file.entity_keys ?? []) {
    item(`entity key ${text}`, () => check(entityKey(parts) === text, "another text"));
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2]);
