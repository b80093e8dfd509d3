/** How each office does: figures that the job `publish` puts beside the pages. */

import { startPage } from "../shared/shell.js";

startPage();
