// SPDX-License-Identifier: Apache-2.0
// A shop behind a slow line: each of its pages comes in pieces, with time for a frame or two between them, so that the
// browser shows what it has of a page.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const beforeParts = /(?=<(?:header|form|nav|main|section|aside|fieldset|dl|footer)\b)/;
const paceMs = 50;

async function sendInPieces(page, answer) {
  for (const piece of page.split(beforeParts)) {
    answer.write(piece);
    await pause(paceMs);
  }
  answer.end();
}

export class SlowPages {
  // Resolves to a shop whose pages are those of the one at `shop`.
  static async before(shop) {
    const server = http.createServer((request, answer) => {
      // A page that is compressed has no pieces.
      const headers = { ...request.headers, 'accept-encoding': 'identity' };
      const { method, url: path } = request;
      const onwards = http.request(shop, { method, path, headers }, async (answered) => {
        const { 'content-length': length, ...kept } = answered.headers;
        answer.writeHead(answered.statusCode, kept);
        if (!answered.headers['content-type']?.startsWith('text/html')) return answered.pipe(answer);
        await sendInPieces(Buffer.concat(await answered.toArray()).toString(), answer);
      });
      onwards.on('error', () => answer.destroy());
      request.pipe(onwards);
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return new SlowPages(server);
  }

  constructor(server) {
    this.server = server;
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
