// Monaco's worker, as a file of this site: word completions and the like are computed off the page.

import "monaco-editor/editor/editor.worker";
