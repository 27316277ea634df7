/* Scores answers as Mozilla's HTTP Observatory does, with its own tests and no connection.

Reads a list of {address, status, headers: [[name, value]], body} as JSON, writes a list of {score, grade, tests:
{name: [result, modifier]}}. The proxy before us is taken to lead from http to https, with a certificate that holds. */
import fs from "node:fs";
import { ALL_TESTS } from "@mdn/mdn-http-observatory/src/constants.js";
import { MINIMUM_SCORE_FOR_EXTRA_CREDIT } from "@mdn/mdn-http-observatory/src/grader/charts.js";
import { getGradeForScore, getScoreModifier } from "@mdn/mdn-http-observatory/src/grader/grader.js";
import { parseHttpEquivHeaders } from "@mdn/mdn-http-observatory/src/retriever/utils.js";
import { HTML_TYPES, Requests } from "@mdn/mdn-http-observatory/src/types.js";
import { CookieJar } from "tough-cookie";

const ORIGIN = "https://elsewhere.example";

// Browsers' list of hosts that are asked by https alone is fetched by a script of the package, which is not run; we are
// not on it.
const read = fs.readFileSync;
fs.readFileSync = (path, ...how) => (String(path).endsWith("hsts-preload.json") ? "{}" : read(path, ...how));

/** Headers by name, as the Observatory's client gives them. */
function byName(told) {
  const headers = {};
  for (const [name, value] of told) (headers[name.toLowerCase()] ??= []).push(value);
  const single = Object.entries(headers).map(([name, values]) => [name, values.length > 1 ? values : values[0]]);
  return Object.defineProperty(Object.fromEntries(single), "get", { value: (name) => headers[name]?.[0] });
}

/** What the Observatory would have retrieved. */
function retrieved({ address, status, headers: told, body }) {
  const url = new URL(address);
  const headers = byName(told);
  const isPage = HTML_TYPES.has(headers["content-type"]?.split(";")[0]);
  const httpEquiv = isPage ? parseHttpEquivHeaders(body, address) : new Map();
  const answer = { status, headers, httpEquiv, verified: true, request: { headers: { origin: ORIGIN } } };
  const jar = new CookieJar();
  for (const cookie of [headers["set-cookie"] ?? []].flat()) jar.setCookieSync(cookie, address, { ignoreError: true });
  const requests = new Requests(url.hostname);
  const led = [`http://${url.host}/`, address].map((each) => ({ url: new URL(each), status: 301 }));
  Object.assign(requests.responses, { auto: answer, cors: answer, http: answer, https: answer, httpRedirects: led });
  requests.resources.path = body;
  requests.session = { url, jar };
  return requests;
}

/** As `scan` of the package adds up; it also connects, and takes no answer of an error. */
function scored(answer) {
  const requests = retrieved(answer);
  const results = ALL_TESTS.map((test) => test(requests));
  const modifiers = results.map((one) => getScoreModifier(one.result));
  const strict = modifiers.filter((one) => one < 0).reduce((sum, one) => sum + one, 100);
  const whole = modifiers.reduce((sum, one) => sum + one, 100);
  const { score, grade } = getGradeForScore(strict >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? whole : strict);
  const tests = results.map((one, index) => [one.constructor.name, [one.result, modifiers[index]]]);
  return { score, grade, tests: Object.fromEntries(tests) };
}

process.stdout.write(JSON.stringify(JSON.parse(read(0, "utf8")).map(scored)));
