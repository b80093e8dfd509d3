/** What no page module may do. Layout is left to who writes it, but for the length of a line. */

import js from "@eslint/js";
import globals from "globals";

const AS_TEXT = "Text is only ever set as text: build elements with h() of shared/dom.js.";
const NO_STYLE = "The pages' policy refuses style attributes: set a class.";

const forbidden = [
  { property: "innerHTML", message: AS_TEXT },
  { property: "outerHTML", message: AS_TEXT },
  { property: "insertAdjacentHTML", message: AS_TEXT },
  { property: "setHTMLUnsafe", message: AS_TEXT },
  { property: "createContextualFragment", message: AS_TEXT },
  { property: "style", message: NO_STYLE },
  { object: "document", property: "write", message: AS_TEXT },
  { object: "document", property: "writeln", message: AS_TEXT },
];

const syntax = [
  { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value='style']", message: NO_STYLE },
  { selector: "CallExpression[callee.name=/^(h|svg)$/] > ObjectExpression > Property[key.name='style']", message: NO_STYLE },
  {
    selector: "CallExpression[callee.object.name='window'][callee.property.name='open']:not([arguments.2.value=/\\bnoopener\\b/])",
    message: "The window that is opened must not reach back: give 'noopener' as the third argument.",
  },
];

export default [
  { ignores: ["node_modules/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "max-len": ["error", { code: 160, ignoreUrls: true }],
      "no-eval": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-globals": ["error", { name: "open", message: "Say window.open." }],
      "no-restricted-properties": ["error", ...forbidden],
      "no-restricted-syntax": ["error", ...syntax],
      "no-script-url": "error",
      "no-shadow-restricted-names": "error",
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["src/**"], ignores: ["src/worker.js"], languageOptions: { globals: globals.browser } },
  { files: ["src/worker.js"], languageOptions: { globals: globals.worker } },
  { files: ["*.mjs", "*.config.js"], languageOptions: { globals: globals.nodeBuiltin } },
];
