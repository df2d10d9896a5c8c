// The key sets that agents follow: each is signed by a key of the one before (common/orders/key_set.cc).
import type { KeySet, OperatorKey as PublicKey, Signature, SignedKeySet } from '../api/types';
import { type Bytes, concat, fromBase64, fromText, sha256, toBase64 } from './bytes';
import { type OperatorKey, verify } from './key_file';
import { readKeySet, readPublicKey } from './schemas';
import { bytesField, numberField } from './wire';

const kPurpose = 'Muster operator key set, format 1\n';

const signed = (bytes: Bytes): Bytes => concat(fromText(kPurpose), bytes);

async function follows(before: KeySet, next: SignedKeySet): Promise<boolean> {
  for (const signature of next.signatures) {
    const key = before.keys.find((one) => one.id === signature.key);
    if (key && (await verify(fromBase64(key.publicKey), signed(fromBase64(next.keySet)), fromBase64(signature.value)))) return true;
  }
  return false;
}

/** The key sets, oldest first. @throws where one does not follow from the one before: then this server is not to be believed */
export async function followKeySets(listed: SignedKeySet[]): Promise<KeySet[]> {
  const sets: KeySet[] = [];
  for (const next of listed) {
    const set = readKeySet(next.keySet);
    const before = sets.at(-1);
    const whole = await Promise.all(set.keys.map(async (key) => toBase64(await sha256(fromBase64(key.publicKey))) === key.id));
    if (whole.includes(false)) throw new Error('key-set');
    if (before ? Number(set.serial) !== Number(before.serial) + 1 || !(await follows(before, next)) : Number(set.serial) !== 1) {
      throw new Error('key-set');
    }
    sets.push(set);
  }
  return sets;
}

function write(set: KeySet): Bytes {
  return concat(
    numberField(1, Number(set.serial)),
    ...set.keys.map((key) =>
      bytesField(2, concat(bytesField(1, fromBase64(key.id)), bytesField(2, key.name), bytesField(3, fromBase64(key.publicKey)))),
    ),
    numberField(3, set.minApprovals),
  );
}

export async function signKeySet(set: KeySet, key: OperatorKey): Promise<SignedKeySet> {
  const bytes = write(set);
  const signature: Signature = { key: toBase64(key.id), value: toBase64(await key.sign(signed(bytes))) };
  return { keySet: toBase64(bytes), signatures: [signature] };
}

/** A .pub file of `musterctl keys new`. @throws where it is none */
export async function readPublicFile(content: string): Promise<PublicKey> {
  const key = readPublicKey(fromBase64(content));
  const publicKey = fromBase64(key.publicKey);
  if (publicKey.length !== 32 || toBase64(await sha256(publicKey)) !== key.id) throw new Error('not a public key');
  return key;
}
