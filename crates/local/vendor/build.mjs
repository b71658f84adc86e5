// Takes the files beside this one from the package of the lock file, with its licence.
// `npm ci --ignore-scripts && node build.mjs` writes them; `node build.mjs --check` fails if they differ.
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const files = {
  "swagger-ui-bundle.js": "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.LICENSE",
  "swagger-ui.css": "swagger-ui.css",
  LICENSE: "swagger-ui.LICENSE",
};

let differs = false;
for (const [from, to] of Object.entries(files)) {
  const [theirs, ours] = [join(here, "node_modules/swagger-ui-dist", from), join(here, to)];
  if (!process.argv.includes("--check")) copyFileSync(theirs, ours);
  else if (!existsSync(ours) || !readFileSync(ours).equals(readFileSync(theirs))) {
    console.error(`crates/local/vendor/${to} is not what build.mjs makes`);
    differs = true;
  }
}
process.exit(differs ? 1 : 0);
