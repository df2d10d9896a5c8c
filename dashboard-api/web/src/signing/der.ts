// Just enough of DER (X.690) to take an encrypted PKCS#8 apart.
import type { Bytes } from './bytes';

export interface Element {
  tag: number;
  content: Bytes;
}

export const kInteger = 0x02;
export const kOctets = 0x04;
export const kOid = 0x06;
export const kSequence = 0x30;

/** The elements that stand one behind the other in `bytes`. @throws where they do not */
export function elements(bytes: Bytes): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    let length = bytes[at++] ?? NaN;
    if (length >= 0x80) {
      const count = length - 0x80;
      if (count < 1 || count > 3 || at + count > bytes.length) throw new Error('DER: a length is malformed');
      length = 0;
      for (let i = 0; i < count; ++i) length = length * 256 + bytes[at++]!;
    }
    if (!(at + length <= bytes.length)) throw new Error('DER: cut off');
    found.push({ tag, content: bytes.subarray(at, at + length) as Bytes });
    at += length;
  }
  return found;
}

/** The children of the sequence `element`. */
export function sequence(element: Element | undefined, least: number): Element[] {
  if (element?.tag !== kSequence) throw new Error('DER: not a sequence');
  const children = elements(element.content);
  if (children.length < least) throw new Error('DER: a sequence is too short');
  return children;
}

export function octets(element: Element | undefined): Bytes {
  if (element?.tag !== kOctets) throw new Error('DER: not an octet string');
  return element.content;
}

export function integer(element: Element | undefined): number {
  if (element?.tag !== kInteger || element.content.length > 5) throw new Error('DER: not a small integer');
  return element.content.reduce((value, byte) => value * 256 + byte, 0);
}

/** "1.2.840.113549.1.5.13". */
export function oid(element: Element | undefined): string {
  if (element?.tag !== kOid || element.content.length === 0) throw new Error('DER: not an object identifier');
  const arcs: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(value);
    value = 0;
  }
  const first = arcs[0] ?? 0;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...arcs.slice(1)].join('.');
}
