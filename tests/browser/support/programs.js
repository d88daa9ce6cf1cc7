// SPDX-License-Identifier: Apache-2.0
// Starts the project's programs on free ports, and stops them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../../../build', import.meta.url));
// The folder of the project's programs.
export const programs = process.env.BOUTIQUE_BIN ?? path.join(build, 'bin');
const output = process.env.BOUTIQUE_BROWSER_OUTPUT ?? path.join(build, 'browser');
const startsWithinMs = 20_000;

// A folder for what a run leaves behind.
export function outputFolder(name) {
  return path.join(output, name);
}

export class Program {
  // Runs `name` with these options, its log in the file `log`; resolves when it is ready, and rejects when it ends or
  // takes too long instead.
  static async start(name, options, log) {
    const file = outputFolder(log);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const child = spawn(path.join(programs, name), options, { stdio: ['ignore', 'pipe', fs.openSync(file, 'w')] });
    const program = new Program(child, file);
    program.printed = await readUntilReady(child, name, file);
    return program;
  }

  constructor(child, logFile) {
    this.child = child;
    this.logFile = logFile;
    this.ended = new Promise((resolve) => { child.on('exit', (code, signal) => resolve(code ?? signal)); });
  }

  // Where the shop's pages are: http://127.0.0.1:PORT, or undefined for a program without pages.
  get url() {
    return this.printed.match(/^ {2}shop +(\S+)$/m)?.[1];
  }

  // Where its services are called: 127.0.0.1:PORT.
  get grpcAddress() {
    return this.printed.match(/^ {2}grpc +(\S+)$/m)?.[1];
  }

  // Ends it with SIGTERM; resolves to its exit status.
  async stop() {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  get log() {
    return fs.readFileSync(this.logFile, 'utf8');
  }
}

function readUntilReady(child, name, file) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${name} ${reason}; its log is ${file}`));
    };
    const timer = setTimeout(() => fail(`is not ready after ${startsWithinMs / 1000} s`), startsWithinMs);
    let printed = '';
    child.on('error', (error) => fail(`does not start: ${error.message}`));
    child.on('exit', (code) => fail(`ended with status ${code} before it was ready`));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      // The addresses follow the line that says it is ready, and the last of them is where the metrics are.
      if (!/is ready\n(.*\n)*? {2}metrics .*\n/.test(printed)) return;
      clearTimeout(timer);
      resolve(printed);
    });
  });
}

const freePorts = ['--port=0', '--metrics-port=0'];

// The whole shop, which keeps nothing.
export function startBoutique(log, ...options) {
  return Program.start('boutique', [...freePorts, '--grpc-port=0', '--data-dir=:memory:', ...options], log);
}

// The storefront without a single service behind it.
export function startFrontendAlone(log) {
  const services = ['ad', 'cart', 'checkout', 'currency', 'order', 'product-catalog', 'recommendation', 'shipping'];
  return Program.start('frontend', [...freePorts, '--listen-addr=127.0.0.1', ...services.map((name) => `--${name}-service-addr=127.0.0.1:1`)], log);
}
