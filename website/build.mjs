/**
 * Bundles the pages' modules and styles, once a language. Called by infra/site/build.py, which says on standard input
 * `{outdir, config, languages: {<language>: {strings, …config of its own}}}` and reads from standard output which file is what:
 * `{styles: {<name>: file}, scripts: {<language>: {<page>: {file, preload}}}}`. Files are named from `outdir`.
 */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const said = JSON.parse(readFileSync(0, "utf8"));
const pages = readdirSync(join(here, "src/pages")).filter((name) => name.endsWith(".js"));
const styles = ["style", "print"];

/** What the pages import as `huiyin:strings` and `huiyin:config`: data that the build knows and the sources don't. */
function given(modules) {
  return {
    name: "given",
    setup(context) {
      context.onResolve({ filter: /^huiyin:/ }, ({ path }) => ({ path: path.slice("huiyin:".length), namespace: "given" }));
      context.onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => ({ contents: JSON.stringify(modules[path]), loader: "json" }));
    },
  };
}

const shared = {
  bundle: true, minify: true, metafile: true, target: ["chrome87", "firefox78", "safari15"], legalComments: "none", charset: "utf8", absWorkingDir: here,
  entryNames: "[name]-[hash]", chunkNames: "part-[hash]", assetNames: "[name]-[hash]", logLevel: "warning",
};

const nameOf = (path) => basename(path).replace(/\.\w+$/, "");
const entries = ({ outputs }) => Object.entries(outputs).filter(([, output]) => output.entryPoint);
const placed = (path) => relative(said.outdir, join(here, path)).replaceAll("\\", "/");

/** Every chunk that a page needs at once, so that the browser asks for all of them together. */
function needed(outputs, path, seen = new Set()) {
  for (const { path: next, kind } of outputs[path].imports) {
    if (kind !== "import-statement" || seen.has(next) || !outputs[next]) continue;
    seen.add(next);
    needed(outputs, next, seen);
  }
  return [...seen];
}

/** What no language changes: styles, and the worker that does a proof of work beside the page. */
async function common() {
  const { metafile } = await build({
    ...shared, entryPoints: [...styles.map((name) => `src/style/${name}.css`), "src/worker.js"], format: "iife", outdir: join(said.outdir, "assets"),
  });
  return Object.fromEntries(entries(metafile).map(([path, { entryPoint }]) => [nameOf(entryPoint), placed(path)]));
}

async function scriptsIn(language, { strings, ...own }, worker) {
  const { metafile } = await build({
    ...shared, entryPoints: pages.map((name) => `src/pages/${name}`), format: "esm", splitting: true, outdir: join(said.outdir, "assets", language),
    plugins: [given({ strings, config: { ...said.config, ...own, language, worker } })],
  });
  return Object.fromEntries(entries(metafile).map(([path, { entryPoint }]) => [
    nameOf(entryPoint), { file: placed(path), preload: needed(metafile.outputs, path).map(placed) },
  ]));
}

const { worker, ...styleFiles } = await common();
const scripts = {};
for (const [language, words] of Object.entries(said.languages)) scripts[language] = await scriptsIn(language, words, worker);
process.stdout.write(JSON.stringify({ styles: styleFiles, scripts }));
