// Bundles the page's scripts into workbench/widgets/static, with the licences of what they carry.
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { fallbacks } from "./tokens.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const place = `${root}workbench/widgets/static`;
const out = `${root}build/static`; // moved into place when whole

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/fonts`, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["grid", "chart", "plotly_runtime", "url", "download", "live"].map((name) => `js/${name}.js`),
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  loader: { ".svg": "dataurl" },
  metafile: true,
  logLevel: "warning",
});

const tokens = fallbacks(await readFile(`${root}workbench/assets/tokens.css`, "utf8"));
for (const name of ["grid", "chart", "download"]) {
  await writeFile(`${out}/${name}.css`, tokens + (await readFile(`${out}/${name}.css`, "utf8")));
}
await cp(
  `${root}node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2`,
  `${out}/fonts/inter-latin.woff2`,
);

const packages = Object.keys(metafile.inputs).flatMap((path) => {
  const found = path.match(/^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//);
  return found ? [found[1]] : [];
});
const bundled = [...new Set([...packages, "node_modules/@fontsource-variable/inter"])].sort();
const notices = await Promise.all(
  bundled.map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${root}${folder}/package.json`, "utf8"));
    const file = (await readdir(`${root}${folder}`)).find((each) => /^licen[cs]e/i.test(each));
    // A package without a licence file names its licence, whose text stands with the others.
    const text = file ? `\n${(await readFile(`${root}${folder}/${file}`, "utf8")).trim()}\n` : "";
    return `${name} ${version} (${license})\n${text}`;
  }),
);
await writeFile(`${out}/LICENSES.txt`, notices.join(`\n${"-".repeat(72)}\n\n`));
await rm(place, { recursive: true, force: true });
await rename(out, place);
