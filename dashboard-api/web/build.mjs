// Bundles the page into a folder: hashed names, each file also as .gz, and the sizes on standard output.
//   node build.mjs OUT
import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const out = process.argv[2];
if (!out) throw new Error('usage: node build.mjs OUT');
await rm(out, { recursive: true, force: true });
await mkdir(join(out, 'assets'), { recursive: true });

const result = await build({
  entryPoints: ['src/main.tsx'],
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  target: ['chrome120', 'firefox128', 'safari17'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  metafile: true,
});
const made = Object.keys(result.metafile.outputs).map((file) => basename(file));
const asset = (suffix) => `/assets/${made.find((name) => name.startsWith('main-') && name.endsWith(suffix))}`;
const html = (await readFile('index.html', 'utf8'))
  .replace('{{script}}', asset('.js'))
  .replace('{{style}}', asset('.css'));
await writeFile(join(out, 'index.html'), html);
await writeFile(join(out, 'icon.svg'), await readFile('icon.svg'));

let total = 0;
const files = [
  ...(await readdir(out)).filter((name) => /\.\w+$/.test(name)),
  ...(await readdir(join(out, 'assets'))).map((name) => `assets/${name}`),
];
for (const file of files) {
  const content = await readFile(join(out, file));
  const packed = gzipSync(content, { level: 9 });
  await writeFile(join(out, `${file}.gz`), packed);
  total += packed.length;
  console.log(`${file}: ${content.length} bytes, ${packed.length} compressed`);
}
console.log(`total: ${total} bytes compressed`);
