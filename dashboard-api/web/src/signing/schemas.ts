// The messages of proto/muster/v1/order.proto that are signed, field by field.
import type { OrderManifest, KeySet } from '../api/types';
import { type Bytes, fromBase64 } from './bytes';
import { decode, type Field, type Schema } from './wire';

const f = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ name, type, ...more });

const payload: Schema = {
  1: f('sha256', 'bytes'), 2: f('size', 'uint64'), 3: f('fileName', 'string'), 4: f('kb', 'string'), 5: f('architecture', 'string'),
};
const installer = { enum: ['AUTOMATIC', 'WUSA', 'DISM'] } as const;
const one = (name: string, message: Schema) => f(name, { message }, { oneof: true });

export const action: Schema = {
  1: one('installUpdate', {
    1: f('payload', { message: payload }), 2: f('installer', installer), 3: f('sources', 'string', { repeated: true }),
  }),
  2: one('removeUpdate', { 1: f('kb', 'string') }),
  3: one('runCheckSur', { 1: f('payload', { message: payload }), 2: f('sources', 'string', { repeated: true }) }),
  4: one('rescan', {}),
  5: one('restart', {}),
  6: one('collectEvidence', { 1: f('mask', 'bool') }),
};

export const window: Schema = {
  1: f('spans', {
    message: { 1: f('days', 'uint32', { repeated: true }), 2: f('startMinute', 'uint32'), 3: f('minutes', 'uint32') },
  }, { repeated: true }),
};

const manifest: Schema = {
  1: f('format', 'uint32'),
  2: f('campaign', 'string'),
  3: f('nonce', 'bytes'),
  4: f('title', 'string'),
  5: f('action', { message: action }),
  6: f('notBefore', 'timestamp'),
  7: f('notAfter', 'timestamp'),
  8: f('targetRoot', 'bytes'),
  9: f('targetCount', 'uint64'),
  10: f('requiredApprovals', 'uint32'),
  11: f('maxAttempts', 'uint32'),
  12: f('window', { message: window }),
  13: f('restart', {
    message: {
      1: f('when', { enum: ['WHEN_UNSPECIFIED', 'NEVER', 'IF_NEEDED', 'ALWAYS'] }),
      2: f('notice', 'duration'), 3: f('deferrals', 'uint32'), 4: f('deferral', 'duration'),
    },
  }),
  14: f('preconditions', {
    message: {
      1: f('minFreeDiskBytes', 'uint64'), 2: f('mainsPower', 'bool'), 3: f('allowPendingRestart', 'bool'), 4: f('patience', 'duration'),
    },
  }),
  15: f('runLimit', 'duration'),
};

const keySet: Schema = {
  1: f('serial', 'uint64'),
  2: f('keys', { message: { 1: f('id', 'bytes'), 2: f('name', 'string'), 3: f('publicKey', 'bytes') } }, { repeated: true }),
  3: f('minApprovals', 'uint32'),
};

/** @throws where the bytes are no manifest that this page understands as a whole */
export const readManifest = (bytes: Bytes): OrderManifest => decode(manifest, bytes) as unknown as OrderManifest;
/** @param text a serialized KeySet as base64 */
export const readKeySet = (text: string): KeySet => decode(keySet, fromBase64(text)) as unknown as KeySet;
export const readPublicKey = (bytes: Bytes) =>
  decode((keySet[2]!.type as { message: Schema }).message, bytes) as unknown as KeySet['keys'][number];
