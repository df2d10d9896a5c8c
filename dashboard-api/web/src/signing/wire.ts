// Protobuf's wire format for what is signed: bytes to protobuf's JSON mapping with every field spelled out, so that what a person signs
// can be shown, and compared with what the API says. A field that the schema does not know is an error: nothing unseen gets signed.
import { type Bytes, concat, fromText, toBase64 } from './bytes';

type Scalar = 'string' | 'bytes' | 'bool' | 'uint32' | 'uint64';
export interface Field {
  name: string;
  type: Scalar | 'timestamp' | 'duration' | { enum: readonly string[] } | { message: Schema };
  repeated?: boolean;
  oneof?: boolean;
}
export type Schema = Record<number, Field>;
export type Json = { [key: string]: unknown };

interface Reader {
  bytes: Bytes;
  at: number;
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new Error('cut off');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Error('a number is too long');
}

function chunk(reader: Reader): Bytes {
  const length = Number(varint(reader));
  if (reader.at + length > reader.bytes.length) throw new Error('cut off');
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at) as Bytes;
}

function instant(bytes: Bytes): { seconds: number; nanos: number } {
  const value = { seconds: 0, nanos: 0 };
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(varint(reader));
    const read = Number(BigInt.asIntN(64, varint(reader)));
    if (tag === 8) value.seconds = read;
    else if (tag === 16) value.nanos = read;
    else throw new Error(`field ${tag >> 3} of an instant is not known`);
  }
  return value;
}

function single(reader: Reader, field: Field, wire: number): unknown {
  const { type } = field;
  if (wire === 0) {
    const value = varint(reader);
    if (type === 'bool') return value !== 0n;
    if (type === 'uint32') return Number(value);
    if (type === 'uint64') return value.toString();
    if (typeof type === 'object' && 'enum' in type) return type.enum[Number(value)] ?? Number(value);
  } else if (wire === 2) {
    const bytes = chunk(reader);
    if (type === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (type === 'bytes') return toBase64(bytes);
    if (type === 'timestamp') {
      const { seconds, nanos } = instant(bytes);
      return new Date(seconds * 1000 + nanos / 1e6).toISOString();
    }
    if (type === 'duration') {
      const { seconds, nanos } = instant(bytes);
      return `${seconds + nanos / 1e9}s`;
    }
    if (typeof type === 'object' && 'message' in type) return decode(type.message, bytes);
  }
  throw new Error(`field ${field.name} has the wrong type`);
}

function initial(field: Field): unknown {
  if (field.repeated) return [];
  if (field.oneof) return undefined;
  const { type } = field;
  if (typeof type === 'object') return 'enum' in type ? type.enum[0] : undefined;
  return { string: '', bytes: '', bool: false, uint32: 0, uint64: '0', timestamp: undefined, duration: undefined }[type];
}

/** @throws where the bytes are malformed, or hold what `schema` does not */
export function decode(schema: Schema, bytes: Bytes): Json {
  const message: Json = {};
  for (const field of Object.values(schema)) {
    const value = initial(field);
    if (value !== undefined) message[field.name] = value;
  }
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(varint(reader));
    const field = schema[tag >> 3];
    if (!field) throw new Error(`field ${tag >> 3} is not known`);
    if (!field.repeated) {
      message[field.name] = single(reader, field, tag & 7);
    } else if ((tag & 7) === 2 && field.type === 'uint32') {
      const packed = { bytes: chunk(reader), at: 0 };
      while (packed.at < packed.bytes.length) (message[field.name] as unknown[]).push(Number(varint(packed)));
    } else {
      (message[field.name] as unknown[]).push(single(reader, field, tag & 7));
    }
  }
  return message;
}

/**
 * A message of protobuf's JSON mapping with all defaults spelled out and in the schema's order, so that two equal ones are equal as text.
 * @throws where it has a field that the schema has not
 */
export function canonical(schema: Schema, value: unknown): string {
  const message = (value ?? {}) as Json;
  const fields = Object.values(schema);
  for (const key of Object.keys(message)) {
    if (!fields.some((field) => field.name === key)) throw new Error(`field ${key} is not known`);
  }
  const spell = (field: Field, one: unknown): unknown => {
    if (typeof field.type === 'object' && 'message' in field.type) return JSON.parse(canonical(field.type.message, one));
    return field.type === 'uint64' ? String(one) : one;
  };
  return JSON.stringify(
    fields.map((field) => {
      const one = message[field.name] ?? initial(field) ?? null;
      if (one === null) return [field.name, null];
      return [field.name, field.repeated ? (one as unknown[]).map((element) => spell(field, element)) : spell(field, one)];
    }),
  );
}

function encodeVarint(value: number): Bytes {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Uint8Array.from([...bytes, value]);
}

/** A field of wire type 0; nothing where it is 0, as proto3 has it. */
export const numberField = (id: number, value: number): Bytes =>
  value === 0 ? new Uint8Array() : concat(encodeVarint(id * 8), encodeVarint(value));

/** A field of wire type 2; nothing where it is empty. */
export function bytesField(id: number, value: Bytes | string): Bytes {
  const bytes = typeof value === 'string' ? fromText(value) : value;
  return bytes.length === 0 ? new Uint8Array() : concat(encodeVarint(id * 8 + 2), encodeVarint(bytes.length), bytes);
}
