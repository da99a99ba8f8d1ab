// Builds the scripts of the pages and the self-hosted font into ui/assets, named by their content.
//
// The same sources give the same files: whoever builds again sees no difference in `git status`.
// A folder as argument is written to instead.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ASSETS = process.argv[2] ?? join(HERE, '..', 'assets');
const FONT = '@fontsource-variable/inter';
const FONT_FILE = join(HERE, 'node_modules', FONT, 'files', 'inter-latin-wght-normal.woff2');
const BUNDLES = ['viewer', 'modeler', 'dmn'];
const OURS = /^((viewer|modeler|dmn)\.[0-9a-f]+\.js|inter-latin\.[0-9a-f]+\.woff2|LEGAL\.txt)$/;

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
        // Icon fonts are loaded by the document itself, in the one format that every browser reads.
        loader: {
          '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty',
        },
      });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
};

function named(stem, extension, content) {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return join(ASSETS, `${stem}.${digest}.${extension}`);
}

async function bundle(name) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: [`src/${name}.js`],
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    write: false,
    metafile: true,
    legalComments: 'none',
    loader: { '.woff2': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [styleAsText],
  });
  return { name, script: outputFiles[0].contents, packages: packagesOf(metafile) };
}

/** Names every package that went into the bundle, in alphabetical order. */
function packagesOf(metafile) {
  const names = Object.keys(metafile.inputs)
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean);
  // The style sheets of these two are bundled apart and do not show in this list.
  return [...names, 'bpmn-js', 'diagram-js', FONT];
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

const bundles = await Promise.all(BUNDLES.map(bundle));
const packages = [...new Set(bundles.flatMap((each) => each.packages))].sort();
const font = await readFile(FONT_FILE);
const licences = await Promise.all(packages.map(licenceOf));

await clean();
await Promise.all(bundles.map(({ name, script }) => writeFile(named(name, 'js', script), script)));
await writeFile(named('inter-latin', 'woff2', font), font);
await writeFile(
  join(ASSETS, 'LEGAL.txt'),
  `What the built files in this folder contain, and under which licences.\n\n${licences.join('\n')}`,
);
for (const { name, script } of bundles) {
  process.stdout.write(`${name} ${Math.round(script.length / 1024)} KiB\n`);
}
process.stdout.write(`${packages.length} packages\n`);
