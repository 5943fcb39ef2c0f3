// The package of CommonJS has the same types.

import embed2jwt = require("embed2jwt");

const url: string = embed2jwt.convertUrl("https://x", { secret: "s" });
console.log(url, new embed2jwt.Auditor().audit(["x"]).length);
