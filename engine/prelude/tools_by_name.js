// What makes scripts that call tools short: `tools.name(args)`, `parallel`, and results told ahead of the final one.
(function (host, global) {
  'use strict';

  var callTool = global.callTool, Proxy_ = Proxy, TypeError_ = TypeError, is_array = Array.isArray, apply = Reflect.apply;
  var make_record = host.make_record, promise_of = host.promise_of, settle_record = host.settle_record;
  var own_element = host.define, tell = host.partial_result, then = Promise.prototype.then, from = Array.from;
  var by_name = Object.create(null);

  // No tool can be called `then`, so that `await tools` waits for nothing.
  var tools = new Proxy_({}, {
    get: function (target, name) {
      if (typeof name !== 'string' || name === 'then') return undefined;
      if (by_name[name] === undefined) by_name[name] = function (args) { return callTool(name, args); };
      return by_name[name];
    },
    has: function (target, name) { return typeof name === 'string'; },
    set: function () { return false; },
    defineProperty: function () { return false; }
  });

  var MOST_AT_ONCE = 8;

  // Calls work(item, index) for each item, so many at a time, and answers with the results in the items' order. The first
  // failure is the answer, and nothing further begins.
  function parallel(items, work, options) {
    var result = make_record(), results = [], next = 0, left, running = 0, failed = false, most = MOST_AT_ONCE;
    if (typeof work !== 'function') throw new TypeError_('parallel needs a function');
    if (options !== undefined && options !== null && options.concurrency !== undefined) most = +options.concurrency;
    if (!(most >= 1)) throw new TypeError_('parallel needs a concurrency of 1 or more');
    if (!is_array(items)) items = from(items);
    left = items.length;

    function begin(index) {
      var record = make_record();
      running++;
      try {
        settle_record(record, true, work(items[index], index));
      } catch (error) {
        settle_record(record, false, error);
      }
      apply(then, promise_of(record), [function (value) {
        own_element(results, index, value);
        running--;
        if (--left === 0) settle_record(result, true, results);
        else go_on();
      }, function (reason) {
        failed = true;
        settle_record(result, false, reason);
      }]);
    }

    function go_on() {
      while (!failed && running < most && next < items.length) begin(next++);
    }

    if (left === 0) settle_record(result, true, results);
    else go_on();
    return promise_of(result);
  }

  function checked(path) {
    var i;
    if (typeof path === 'string') return path;
    if (!is_array(path)) throw new TypeError_('a path is a text, or an array of texts and numbers');
    for (i = 0; i < path.length; i++)
      if (typeof path[i] !== 'string' && typeof path[i] !== 'number') throw new TypeError_('a path has texts and numbers only');
    return path;
  }

  // partialResult(path, data, {error, hasNext}): an event `partial_result` for whoever follows the run.
  function partialResult(path, data, options) {
    var payload = { path: checked(path) };
    if (data !== undefined) payload.data = data;
    if (options !== undefined && options !== null && options.error !== undefined) payload.error = options.error;
    payload.has_next = options === undefined || options === null || options.hasNext !== false;
    tell(payload);
  }

  function progress(data) {
    tell({ path: 'progress', data: data, has_next: true });
  }

  host.publish(global, { tools: tools, parallel: parallel, partialResult: partialResult, progress: progress });
})
