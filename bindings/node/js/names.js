// What the package exports.

export {
  Auditor, Converter, Embed2JwtError, Scanner, audit, auditLines, convert, convertLines, convertUrl, convertUrls, explain, fix,
  inspect, inspectLines, rules, scan, scanLines,
} from "./api.js";
