// Bundles the page's scripts into workbench/widgets/static, with the licences of what they carry.
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { fallbacks } from "./tokens.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const place = `${root}workbench/widgets/static`;
const out = `${root}build/static`; // moved into place when whole
const bundled = ["tabulator-tables", "plotly.js-cartesian-dist-min", "@fontsource-variable/inter"];

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/fonts`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["grid", "chart", "plotly_runtime", "url", "download"].map((name) => `js/${name}.js`),
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
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

const notices = await Promise.all(
  bundled.map(async (name) => {
    const folder = `${root}node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const text = await readFile(`${folder}/LICENSE`, "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }),
);
await writeFile(`${out}/LICENSES.txt`, notices.join(`\n${"-".repeat(72)}\n\n`));
await rm(place, { recursive: true, force: true });
await rename(out, place);
