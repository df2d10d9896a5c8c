// Against what the real server and musterctl made: testdata/ holds key files of `musterctl keys new` (passphrase "only for tests"), a
// submitted campaign with its frozen targets, and two key sets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Campaign, ListKeySetsResponse } from '../api/types';
import { compareManifest, compareTargets, ManifestError, signManifest } from './approval';
import { concat, fromBase64, fromText, toBase64, toHex } from './bytes';
import { KeyFileError, openKeyFile, verify } from './key_file';
import { followKeySets, readPublicFile, signKeySet } from './key_sets';
import { merkleRoot } from './merkle';
import { readKeySet, readManifest } from './schemas';

const read = (name: string) => readFileSync(`src/signing/testdata/${name}`, 'utf8');
const json = <T>(name: string) => JSON.parse(read(name)) as T;
const passphrase = 'only for tests';
const campaign = () => json<Campaign>('campaign.json');
const manifestBytes = () => fromBase64(campaign().signedManifest!.manifest);
const targets = () => fromBase64(read('targets.base64'));
const differs = (difference: string) => (error: unknown) => error instanceof ManifestError && error.difference === difference;

test('a key file of musterctl opens with its passphrase, and its signature verifies', async () => {
  const key = await openKeyFile(read('operator.key'), passphrase);
  assert.equal(toHex(key.id), 'c53cc9098d5d77a7ed74c8c3fb0885db6c9435e9207ed787817407fa7969b5a4');
  const published = await readPublicFile(read('operator.key.pub'));
  assert.equal(published.name, 'Test – Prüfer');
  assert.equal(published.publicKey, toBase64(key.publicKey));
  const signature = await key.sign(fromText('hello'));
  assert.equal(await verify(key.publicKey, fromText('hello'), signature), true);
  assert.equal(await verify(key.publicKey, fromText('hallo'), signature), false);
});

test('a wrong passphrase and what is no key file are told apart', async () => {
  const problem = (wanted: string) => (error: unknown) => error instanceof KeyFileError && error.problem === wanted;
  await assert.rejects(openKeyFile(read('operator.key'), 'wrong'), problem('wrong-passphrase'));
  await assert.rejects(openKeyFile('hello', passphrase), problem('not-a-key-file'));
  await assert.rejects(openKeyFile(read('operator.key').replace('MIGT', 'MIGS'), passphrase), problem('not-a-key-file'));
  const cut = read('operator.key').replace(/[^\n]{8}\n-----END/, '\n-----END');
  await assert.rejects(openKeyFile(cut, passphrase), problem('not-a-key-file'));
});

test('the manifest that the server made is read whole, and says what the campaign says', () => {
  const manifest = readManifest(manifestBytes());
  assert.equal(manifest.title, 'Fixture');
  assert.equal(manifest.action?.installUpdate?.payload?.kb, 'KB2749655');
  assert.equal(manifest.requiredApprovals, 2);
  assert.equal(manifest.restart?.when, 'IF_NEEDED');
  assert.equal(manifest.preconditions?.minFreeDiskBytes, '1073741824');
  assert.equal(manifest.runLimit, '7200s');
  compareManifest(campaign(), manifest);
});

test('any difference between manifest and campaign is named', () => {
  const manifest = () => readManifest(manifestBytes());
  const changed = (change: (campaign: Campaign) => void) => {
    const other = campaign();
    change(other);
    return other;
  };
  assert.throws(() => compareManifest(changed((c) => (c.name = 'campaigns/other')), manifest()), differs('campaign'));
  assert.throws(() => compareManifest(changed((c) => (c.spec!.action = { rescan: {} })), manifest()), differs('action'));
  assert.throws(() => compareManifest(changed((c) => (c.spec!.action!.installUpdate!.installer = 'DISM')), manifest()), differs('action'));
  assert.throws(() => compareManifest(changed((c) => Object.assign(c.spec!.action!, { runAnything: {} })), manifest()), differs('action'));
  assert.throws(() => compareManifest(changed((c) => (c.spec!.window = { spans: [{ days: [], startMinute: 0, minutes: 60 }] })), manifest()), differs('window'));
  assert.throws(() => compareManifest(campaign(), { ...manifest(), requiredApprovals: 1 }), differs('approvals'));
  assert.throws(() => compareManifest(campaign(), { ...manifest(), format: 2 }), differs('manifest'));
});

test('a manifest with a field that the page does not know, or cut off, is not read', () => {
  assert.throws(() => readManifest(concat(manifestBytes(), Uint8Array.of(0x80, 0x02, 1))), /not known/);
  assert.throws(() => readManifest(manifestBytes().subarray(0, 100) as never));
});

test('the Merkle root over the listed targets is the signed one, and over no others', () => {
  const manifest = readManifest(manifestBytes());
  compareTargets(manifest, targets());
  assert.throws(() => compareTargets(manifest, targets().subarray(32) as never), differs('targets'));
  const turned = targets();
  turned.copyWithin(0, 32, 64);
  assert.throws(() => compareTargets(manifest, turned), differs('targets'));
  assert.throws(() => compareTargets({ ...manifest, targetCount: '7' }, targets()), differs('targets'));
  assert.throws(() => compareTargets(manifest, new Uint8Array()), differs('targets'));
});

test('Merkle roots of RFC 6962: one leaf is hashed with 0, an odd node goes up as it is', () => {
  const id = (value: number) => new Uint8Array(32).fill(value);
  assert.equal(toHex(merkleRoot(id(1))), 'dcffe786ded16d283c663846ad0c4ff26558fccde36ca9d30b2ea19eade9fc0e');
  assert.equal(toHex(merkleRoot(concat(id(1), id(2), id(3)))), 'df896896c799531f1fd1e556cea26a6989ab06853bcbfdd3e4f5097a611f658f');
  assert.throws(() => merkleRoot(concat(id(2), id(1))));
  assert.throws(() => merkleRoot(concat(id(1), id(1))));
});

test('100,000 targets take seconds at most', () => {
  const ids = new Uint8Array(32 * 100_000);
  const view = new DataView(ids.buffer);
  for (let i = 0; i < 100_000; ++i) view.setUint32(i * 32, i);
  const start = performance.now();
  merkleRoot(ids);
  assert.ok(performance.now() - start < 10_000, `${performance.now() - start} ms`);
});

test('key sets follow from one another, and a forged one does not', async () => {
  const listed = json<ListKeySetsResponse>('key_sets.json').keySets;
  const sets = await followKeySets(listed);
  assert.deepEqual(sets.map((set) => [set.serial, set.keys.length]), [['1', 1], ['2', 2]]);
  const forged = structuredClone(listed);
  forged[1]!.signatures[0]!.value = toBase64(fromBase64(forged[1]!.signatures[0]!.value).fill(1));
  await assert.rejects(followKeySets(forged));
  await assert.rejects(followKeySets([listed[1]!]));
});

test('a key set that is signed here follows, and reads back as it was written', async () => {
  const listed = json<ListKeySetsResponse>('key_sets.json').keySets;
  const last = readKeySet(listed[1]!.keySet);
  const key = await openKeyFile(read('operator.key'), passphrase);
  const next = { ...last, serial: '3', minApprovals: 2 };
  const sets = await followKeySets([...listed, await signKeySet(next, key)]);
  assert.deepEqual(sets[2], next);
});

test('an approval is a signature over the purpose and the manifest as it travels', async () => {
  const key = await openKeyFile(read('operator.key'), passphrase);
  const signature = await signManifest(manifestBytes(), key);
  const message = concat(fromText('Muster order manifest, format 1\n'), manifestBytes());
  assert.equal(await verify(key.publicKey, message, fromBase64(signature.value)), true);
});
