// The Merkle root over a campaign's targets: RFC 6962, section 2.1, as common/orders/merkle.cc has it.
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, compare } from './bytes';

export const kIdBytes = 32;

/** @param ids 32 bytes each, ascending, none twice. @throws where they are not */
export function merkleRoot(ids: Bytes): Bytes {
  const count = ids.length / kIdBytes;
  if (!Number.isInteger(count) || count === 0) throw new Error('no whole number of ids');
  let level: Uint8Array[] = [];
  const leaf = new Uint8Array(1 + kIdBytes);
  for (let i = 0; i < count; ++i) {
    const id = ids.subarray(i * kIdBytes, (i + 1) * kIdBytes);
    if (i > 0 && compare(ids.subarray((i - 1) * kIdBytes, i * kIdBytes), id) >= 0) throw new Error('ids are not ascending');
    leaf.set(id, 1);
    level.push(sha256(leaf));
  }
  const node = new Uint8Array(1 + 2 * kIdBytes);
  node[0] = 1;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) {
      node.set(level[i]!, 1);
      node.set(level[i + 1]!, 1 + kIdBytes);
      above.push(sha256(node));
    }
    if (level.length % 2 === 1) above.push(level[level.length - 1]!);
    level = above;
  }
  return level[0] as Bytes;
}
