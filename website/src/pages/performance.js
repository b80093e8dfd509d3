/** How each office does: figures that the job `publish` puts beside the pages. */

import { fill, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { startPage } from "../shared/shell.js";

fill(startPage(), h("h1", null, t("titles.performance")));
