// SPDX-License-Identifier: Apache-2.0
// Prints each test that fails and why, then one plain line: "N passed, N failed".

function textOf(error) {
  return (error.stack ?? error.message ?? String(error.value)).replace(/\u001b\[[0-9;]*m/g, '');
}

export default class Reporter {
  constructor() {
    this.errors = 0;
  }

  onBegin(config, suite) {
    this.suite = suite;
    this.start = Date.now();
  }

  // What fails outside of tests: the shop did not start, or did not end well.
  onError(error) {
    ++this.errors;
    console.log(`FAILED ${textOf(error)}`);
  }

  onTestEnd(test, result) {
    const name = test.titlePath().filter(Boolean).join(' › ');
    if (process.env.BOUTIQUE_BROWSER_VERBOSE) console.log(`${result.status} ${result.duration} ms ${name}`);
    if (result.status === test.expectedStatus) return;
    console.log(`FAILED ${name} (${result.status}, ${result.duration} ms)`);
    for (const error of result.errors) console.log(textOf(error).replace(/^/gm, '  '));
    for (const { path } of result.attachments) if (path) console.log(`  ${path}`);
  }

  // A test that did not run has not passed.
  onExit() {
    const tests = this.suite?.allTests() ?? [];
    const passed = tests.filter((test) => test.results.length > 0 && test.ok() && test.outcome() !== 'skipped').length;
    const failed = tests.length - passed + this.errors;
    console.log(`${((Date.now() - (this.start ?? Date.now())) / 1000).toFixed(0)} s`);
    console.log(`${passed} passed, ${failed} failed`);
  }

  onStdOut(text) {
    process.stdout.write(text);
  }

  onStdErr(text) {
    process.stderr.write(text);
  }

  printsToStdio() {
    return true;
  }
}
