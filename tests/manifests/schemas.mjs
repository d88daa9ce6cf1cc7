// SPDX-License-Identifier: Apache-2.0
// Checks objects of Kubernetes against the schemas that npm's packages kubernetes-models and @kubernetes-models/* hold.
//
// usage: node schemas.mjs <OBJECTS   [[what, object], …] as JSON; prints [[what, fault], …]
//
// These packages hold schemas as compiled validators, which look at each field that a schema names and let others be.
// So a validator gets its object behind proxies that note what it looks at: a field that is there and was not looked at is
// unknown. Of an object at which it looks by no name, the schema says no more than that it is one.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');
// Places below which anything goes: an element's fields are the user's own words, and a route in a route is any JSON.
const FREE = new Set(['ApplicationSet.spec.generators.list.elements', 'AlertmanagerConfig.spec.route.routes']);
// Fields that there are, and that the packages' validators lost: they take one of this name for a schema's own text.
const LOST = new Map([['AppProject.spec.description', 'string']]);

// The packages, and which of them has a kind: <package>/<group>/<version>/<Kind>, where core groups are cut short.
function packages() {
  const own = path.join(MODULES, '@kubernetes-models');
  return ['kubernetes-models', ...fs.readdirSync(own).map((name) => `@kubernetes-models/${name}`)];
}

async function modelOf(apiVersion, kind) {
  const short = apiVersion.includes('.k8s.io/') ? apiVersion : apiVersion.replace(/^([a-z]+)\.[\w.]*\//, '$1/');
  for (const place of new Set([apiVersion, short])) {
    const found = packages().find((name) => fs.existsSync(path.join(MODULES, name, place, `${kind}.js`)));
    if (found) return (await import(`${found}/${place}/${kind}`))[kind];
  }
  return undefined;
}

// Notes the names that are asked for, place by place.
class Watch {
  constructor() {
    this.seen = new Map();
  }

  around(value, place) {
    if (value === null || typeof value !== 'object') return value;
    if (!this.seen.has(place)) this.seen.set(place, { value, names: new Set(), inner: new Map() });
    const { names, inner } = this.seen.get(place);
    return new Proxy(value, {
      get: (target, name) => {
        if (typeof name === 'symbol' || !Object.hasOwn(target, name)) {
          if (typeof name === 'string') names.add(name);
          return Reflect.get(target, name);
        }
        names.add(name);
        if (!inner.has(name)) inner.set(name, this.around(target[name], `${place}.${name}`));
        return inner.get(name);
      },
    });
  }

  * faults(kind) {
    for (const [place, { value, names }] of this.seen) {
      if (Array.isArray(value)) continue;
      const fields = Object.keys(value);
      if (names.size > 0) {
        const unknown = fields.filter((name) => !names.has(name) &&
          typeof value[name] !== LOST.get(`${kind}${place}.${name}`));
        yield* unknown.map((name) => `unknown field ${`${place}.${name}`.slice(1)}`);
      } else if (fields.length > 0 && !FREE.has(`${kind}${place.replace(/\.\d+/g, '')}`)) {
        yield `nothing is known of ${place.slice(1)}`;
      }
    }
  }
}

async function faultsOf(object) {
  const model = await modelOf(object.apiVersion, object.kind);
  if (!model) return [`no schema of ${object.apiVersion} ${object.kind}`];
  const watch = new Watch();
  const faults = [];
  try {
    model.prototype.validate.call(watch.around(object, ''));
  } catch (error) {
    if (!error.errors) throw error;
    faults.push(...error.errors.map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`));
  }
  return [...faults, ...watch.faults(object.kind)];
}

const results = [];
for (const [what, object] of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  results.push(...(await faultsOf(object)).map((fault) => [what, fault]));
}
process.stdout.write(JSON.stringify(results));
