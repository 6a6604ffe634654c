// Tool calls: each has a number, and a promise that its delivery settles.
(function (host, global) {
  'use strict';

  var make_record = host.make_record, promise_of = host.promise_of, settle_record = host.settle_record;
  var ask = host.call_tool;
  // By the call's number; without a prototype, so that looking one up finds nothing else.
  var pending = Object.setPrototypeOf([], null);

  function callTool(name, args) {
    var call = ask(name, args), record = make_record();
    pending[call] = record;
    return promise_of(record);
  }

  // False when nobody waits for this call: it was answered before or never made.
  host.deliver = function (call, ok, value) {
    var record = pending[call];
    if (record === undefined) return false;
    pending[call] = undefined;
    settle_record(record, ok, value);
    return true;
  };

  host.publish(global, { callTool: callTool });
})
