// An operator's key file, as `musterctl keys new` writes it (common/pki/signing_key.cc): PEM "ENCRYPTED PRIVATE KEY", PKCS#8 (RFC 5958)
// under PBES2 (RFC 8018) with scrypt (RFC 7914) and AES-256-CBC, around an Ed25519 key (RFC 8410). It is opened here, and nothing of it is
// kept or sent.
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { elements, integer, octets, oid, sequence } from './der';
import { type Bytes, fromBase64, fromText, sha256 } from './bytes';

const kMaxFileBytes = 16 * 1024;
const kMaxScryptBytes = 256 * 1024 * 1024;
const kPbes2 = '1.2.840.113549.1.5.13';
const kScrypt = '1.3.6.1.4.1.11591.4.11';
const kAes256Cbc = '2.16.840.1.101.3.4.1.42';

export type KeyFileProblem = 'not-a-key-file' | 'wrong-passphrase' | 'not-ed25519';
export class KeyFileError extends Error {
  constructor(readonly problem: KeyFileProblem) {
    super(problem);
  }
}

export interface OperatorKey {
  id: Bytes; // SHA-256 over the public key
  publicKey: Bytes; // 32 bytes
  sign: (message: Bytes) => Promise<Bytes>; // 64 bytes
}

interface Sealed {
  salt: Bytes;
  n: number;
  r: number;
  p: number;
  iv: Bytes;
  ciphertext: Bytes;
}

/** @throws KeyFileError */
export function parseKeyFile(pem: string): Sealed {
  try {
    const match = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED PRIVATE KEY-----/.exec(pem);
    if (!match || pem.length > kMaxFileBytes) throw new Error('PEM');
    const [algorithm, ciphertext] = sequence(elements(fromBase64(match[1]!))[0], 2);
    const [scheme, parameters] = sequence(algorithm, 2);
    const [derivation, cipher] = sequence(parameters, 2);
    const [function_, scrypt] = sequence(derivation, 2);
    const [salt, n, r, p] = sequence(scrypt, 4);
    const [cipherName, iv] = sequence(cipher, 2);
    if (oid(scheme) !== kPbes2 || oid(function_) !== kScrypt || oid(cipherName) !== kAes256Cbc) throw new Error('algorithm');
    const sealed = {
      salt: octets(salt), n: integer(n), r: integer(r), p: integer(p), iv: octets(iv), ciphertext: octets(ciphertext),
    };
    if (128 * sealed.n * sealed.r > kMaxScryptBytes || sealed.p > 64 || sealed.iv.length !== 16) throw new Error('parameters');
    return sealed;
  } catch {
    throw new KeyFileError('not-a-key-file');
  }
}

/** Opens a key file with its passphrase. Takes some tenths of a second, by design of scrypt. @throws KeyFileError */
export async function openKeyFile(pem: string, passphrase: string): Promise<OperatorKey> {
  const sealed = parseKeyFile(pem);
  const secret = (await scryptAsync(fromText(passphrase), sealed.salt, {
    N: sealed.n, r: sealed.r, p: sealed.p, dkLen: 32, maxmem: kMaxScryptBytes + 1024 * 1024,
  })) as Bytes;
  let pkcs8: ArrayBuffer;
  try {
    const aes = await crypto.subtle.importKey('raw', secret, 'AES-CBC', false, ['decrypt']);
    pkcs8 = await crypto.subtle.decrypt({ name: 'AES-CBC', iv: sealed.iv }, aes, sealed.ciphertext);
  } catch {
    throw new KeyFileError('wrong-passphrase');
  } finally {
    secret.fill(0);
  }
  try {
    // Once to learn the public half, once as a key that cannot be taken out again.
    const open = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const publicKey = fromBase64((await crypto.subtle.exportKey('jwk', open)).x!);
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
    return {
      id: await sha256(publicKey),
      publicKey,
      sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message)),
    };
  } catch {
    // A wrong passphrase can by chance leave well-formed padding, and then bytes that are no key.
    throw new KeyFileError(pkcs8.byteLength === 48 ? 'not-ed25519' : 'wrong-passphrase');
  } finally {
    new Uint8Array(pkcs8).fill(0);
  }
}

export async function verify(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, message);
}
