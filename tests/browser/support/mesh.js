// SPDX-License-Identifier: Apache-2.0
// A mesh of processes without some service, on free ports, as ci/mesh.sh --without starts it. It ends with this
// process, whatever becomes of that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programs } from './programs.js';

const withMesh = fileURLToPath(new URL('../../mesh/with_mesh.sh', import.meta.url));
const components = new URL('../../../kustomize/components/', import.meta.url);
// Tells where the shop is and which services it has, and keeps the mesh until its input ends.
const tellAndWait = 'echo "http://$FRONTEND_ADDR" $(env | sed -n "s/_SERVICE_ADDR=.*//p"); exec cat';

// "PRODUCT_CATALOG" of PRODUCT_CATALOG_SERVICE_ADDR is productcatalogservice.
function serviceOf(address) {
  return `${address.toLowerCase().replaceAll('_', '')}service`;
}

// What the component without-SERVICE takes out of a cluster: programs, and the services whose address it takes from a
// caller.
export function removedByComponent(service) {
  const text = fs.readFileSync(new URL(`without-${service}/kustomization.yaml`, components), 'utf8');
  return {
    programs: [...text.matchAll(/labelSelector: app=(\w+)/g)].map(([, program]) => program),
    addressed: [...text.matchAll(/name: (\w+)_SERVICE_ADDR\n *\$patch: delete/g)].map(([, name]) => serviceOf(name)),
  };
}

export class Mesh {
  // Resolves when every program is ready; rejects with what was printed when one is not.
  static async startWithout(service) {
    const { REDIS_ADDR, ...env } = process.env;
    const options = ['--no-postgres', '--no-rabbitmq', '--without', service];
    const child = spawn(withMesh, [programs, ...options, 'sh', '-c', tellAndWait], { env });
    const mesh = new Mesh(child);
    const told = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), mesh.ended]);
    if (!Array.isArray(told)) throw new Error(`no mesh without ${service}: ${mesh.errors}`);
    const [url, ...addresses] = told[0].trim().split(' ');
    mesh.url = url;
    mesh.services = addresses.map(serviceOf);
    return mesh;
  }

  constructor(child) {
    this.child = child;
    this.errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { this.errors += text; });
    this.ended = once(child, 'close').then(([code]) => `status ${code}`);
  }

  // Rejects unless every program ended well, and none had logged an error.
  async stop() {
    this.child.stdin.end();
    const status = await this.ended;
    if (status !== 'status 0') throw new Error(`the mesh ended with ${status}: ${this.errors}`);
  }
}
