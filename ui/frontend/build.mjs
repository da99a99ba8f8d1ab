// Builds the viewer and the self-hosted font into ui/assets, named by their content.
//
// The same sources give the same files: whoever builds again sees no difference in `git status`.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ASSETS = join(HERE, '..', 'assets');
const FONT = '@fontsource-variable/inter';
const FONT_FILE = join(HERE, 'node_modules', FONT, 'files', 'inter-latin-wght-normal.woff2');
const OURS = /^(viewer\.[0-9a-f]+\.js|inter-latin\.[0-9a-f]+\.woff2|LEGAL\.txt)$/;

/** Imports a style sheet as text, with everything it imports inside. */
const styleAsText = {
  name: 'style-as-text',
  setup(build) {
    build.onLoad({ filter: /src[\\/].*\.css$/ }, async ({ path }) => {
      const { outputFiles } = await esbuild.build({
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        loader: { '.svg': 'dataurl', '.woff2': 'dataurl' },
      });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
};

function named(stem, extension, content) {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return join(ASSETS, `${stem}.${digest}.${extension}`);
}

async function bundle() {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: ['src/viewer.js'],
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    write: false,
    metafile: true,
    legalComments: 'none',
    plugins: [styleAsText],
  });
  return { script: outputFiles[0].contents, packages: packagesOf(metafile) };
}

/** Names every package that went into the bundle, in alphabetical order. */
function packagesOf(metafile) {
  const names = Object.keys(metafile.inputs)
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean);
  // The style sheets of these two are bundled apart and do not show in this list.
  return [...new Set([...names, 'bpmn-js', 'diagram-js', FONT])].sort();
}

async function licenceOf(name) {
  const folder = join(HERE, 'node_modules', name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file ? await readFile(join(folder, file), 'utf8') : `Licence: ${license}`;
  return `${name} ${version}\n${'-'.repeat(72)}\n${text.trim().replaceAll('\r', '')}\n`;
}

async function clean() {
  await mkdir(ASSETS, { recursive: true });
  const old = (await readdir(ASSETS)).filter((entry) => OURS.test(entry));
  await Promise.all(old.map((entry) => rm(join(ASSETS, entry))));
}

const { script, packages } = await bundle();
const font = await readFile(FONT_FILE);
const licences = await Promise.all(packages.map(licenceOf));

await clean();
await writeFile(named('viewer', 'js', script), script);
await writeFile(named('inter-latin', 'woff2', font), font);
await writeFile(
  join(ASSETS, 'LEGAL.txt'),
  `What the built files in this folder contain, and under which licences.\n\n${licences.join('\n')}`,
);
process.stdout.write(`viewer ${Math.round(script.length / 1024)} KiB, ${packages.length} packages\n`);
