/** Inkmoji's worker with its memories of WebAssembly noted. */

import "../../watch.js";
import "../../../worker/main.js";
