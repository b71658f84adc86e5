// Makes the files beside this one from the packages of the lock file: one a library, and its licence.
// `npm ci && node build.mjs` writes them; `node build.mjs --check` fails if they differ. Visitors and `cargo run` need
// neither Node.js nor npm.
import { build } from "esbuild";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
// A library's module, and the file that the pages import. What one library imports of another stays an import.
const libraries = {
  preact: "preact.js",
  "preact/hooks": "preact-hooks.js",
  htm: "htm.js",
  "lean-qr": "lean-qr.js",
  "@preact/signals-core": "signals-core.js",
  "@preact/signals": "signals.js",
};

const beside = {
  name: "beside",
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path: `./${libraries[path] ?? missing(path)}`, external: true },
    );
  },
};

function missing(name) {
  throw new Error(`${name} is imported, and is none of the libraries of build.mjs`);
}

function read(name) {
  const folder = join(
    here,
    "node_modules",
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { version, license, text: readFileSync(join(folder, "LICENSE"), "utf8") };
}

let differs = false;
function keep(file, made) {
  const path = join(here, file);
  if (!process.argv.includes("--check")) writeFileSync(path, made);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== made) {
    console.error(`web/vendor/${file} is not what build.mjs makes`);
    differs = true;
  }
}

for (const [name, file] of Object.entries(libraries)) {
  const { version, license, text } = read(name),
    beneath = file.replace(/js$/, "LICENSE");
  const { outputFiles } = await build({
    entryPoints: [name],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    absWorkingDir: here,
    plugins: [beside],
    legalComments: "none",
    banner: { js: `/*! ${name} ${version}, ${license}: see ${beneath} */` },
  });
  keep(file, outputFiles[0].text);
  keep(beneath, text);
}
process.exit(differs ? 1 : 0);
