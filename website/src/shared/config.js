/**
 * What one county sets for its pages (see docs/website.md), and what the build knows of this language's files.
 *
 * `apiBase` is empty when the API answers on the pages' own origin. `root` leads from this language's pages to the
 * site's first folder; `worker` is the proof-of-work worker's file, named from there.
 */

import given from "huiyin:config";

export const config = Object.freeze(given);

/** The address of a file that all languages share. */
export const shared = (file) => config.root + file;
