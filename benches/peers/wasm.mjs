// The migration in Node with the npm package: lines in, lines out.
//
//     node wasm.mjs urls|records LIST MAP SECRET-FILE NOW
//
// `records` makes the record of every URL, with its claims and findings, and prints the URL of it.
import { readFileSync } from 'node:fs';

import { Converter } from '../../bindings/node/dist/node.mjs';

const [what, list, map, secret, now] = process.argv.slice(2);
const converter = new Converter({ map: readFileSync(map), secret: readFileSync(secret), now: Number(now), jti: 'nonce' });
const urls = readFileSync(list, 'utf8').trimEnd().split('\n');
const made = what === 'urls' ? converter.convertUrls(urls) : converter.convert(urls).map(({ url }) => url);
process.stdout.write(`${made.join('\n')}\n`);
