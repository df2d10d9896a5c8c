// An approver's check and signature, made in the browser: that the manifest says what the campaign says, for exactly the machines that are
// listed, and a signature over its bytes (docs/formats/orders.md; dashboard-api/ctl/campaigns.cc does the same).
import { get, request, resource } from '../api/client';
import type { Campaign, KeySet, ListKeySetsResponse, OrderManifest, Signature } from '../api/types';
import { type Bytes, compare, concat, fromBase64, fromText, toBase64 } from './bytes';
import { type OperatorKey, verify } from './key_file';
import { followKeySets } from './key_sets';
import { merkleRoot } from './merkle';
import { action, readManifest, window } from './schemas';
import { canonical } from './wire';

const kPurpose = 'Muster order manifest, format 1\n';
const kMaxTargetBytes = 32 * 1_000_000;

/** What is not as it must be; nothing may be signed then. */
export type Difference = 'manifest' | 'campaign' | 'action' | 'window' | 'approvals' | 'targets' | 'keys';
export class ManifestError extends Error {
  constructor(readonly difference: Difference) {
    super(difference);
  }
}

export interface Checked {
  manifest: OrderManifest;
  bytes: Bytes;
  keys: KeySet; // in force
}

export function compareManifest(campaign: Campaign, manifest: OrderManifest): void {
  const same = (difference: Difference, holds: () => boolean) => {
    let held = false;
    try {
      held = holds();
    } catch {
      // What cannot be read cannot be the same.
    }
    if (!held) throw new ManifestError(difference);
  };
  same('manifest', () => manifest.format === 1 && fromBase64(manifest.nonce).length === 16 && manifest.maxAttempts >= 1);
  same('campaign', () => manifest.campaign === campaign.name);
  same('action', () => canonical(action, manifest.action) === canonical(action, campaign.spec?.action));
  same('window', () => canonical(window, manifest.window) === canonical(window, campaign.spec?.window));
  same('approvals', () => manifest.requiredApprovals >= (campaign.spec?.twoPerson ? 2 : 1));
}

export function compareTargets(manifest: OrderManifest, ids: Bytes): void {
  try {
    const root = merkleRoot(ids);
    if (ids.length === 32 * Number(manifest.targetCount) && compare(root, fromBase64(manifest.targetRoot)) === 0) return;
  } catch {
    // Not a list of targets at all.
  }
  throw new ManifestError('targets');
}

/** @throws ManifestError, ApiError */
export async function checkBeforeSigning(campaign: Campaign): Promise<Checked> {
  const bytes = fromBase64(campaign.signedManifest?.manifest ?? '');
  let manifest: OrderManifest;
  try {
    manifest = readManifest(bytes);
  } catch {
    throw new ManifestError('manifest');
  }
  compareManifest(campaign, manifest);
  const answer = await request('GET', resource(campaign.name, '/targets'), { headers: { Accept: 'application/octet-stream' } });
  const ids = new Uint8Array(await answer.arrayBuffer());
  if (ids.length > kMaxTargetBytes) throw new ManifestError('targets');
  compareTargets(manifest, ids);
  const listed = await get<ListKeySetsResponse>('/v1/keySets');
  const sets = await followKeySets(listed.keySets).catch(() => {
    throw new ManifestError('keys');
  });
  const keys = sets.at(-1);
  if (!keys) throw new ManifestError('keys');
  return { manifest, bytes, keys };
}

/** @throws where the signature that was made does not verify */
export async function signManifest(bytes: Bytes, key: OperatorKey): Promise<Signature> {
  const message = concat(fromText(kPurpose), bytes);
  const value = await key.sign(message);
  if (!(await verify(key.publicKey, message, value))) throw new Error('the signature does not verify');
  return { key: toBase64(key.id), value: toBase64(value) };
}
