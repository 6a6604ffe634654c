// Timers: real waiting. The host keeps the time and the order of what is due; a firing is a delivery like a tool's answer,
// so that a rebuilt heap sees the same ones in the same order. Timers that still wait when the script's value is settled
// are forgotten.
(function (host, global) {
  'use strict';

  var arm = host.arm_timer, disarm = host.disarm_timer, apply = Reflect.apply, slice = Array.prototype.slice;
  var make_record = host.make_record, promise_of = host.promise_of, settle_record = host.settle_record;
  var TypeError_ = TypeError;
  // By number; without a prototype, so that looking one up finds nothing else.
  var waiting = Object.setPrototypeOf([], null);

  function whole(delay) {
    delay = +delay;
    return delay > 0 ? (delay < 1 ? 0 : delay) : 0;
  }

  function start(name, callback, delay, args, repeats) {
    var timer, number;
    if (typeof callback !== 'function') throw new TypeError_(name + ' needs a function');
    timer = { callback: callback, args: args, delay: whole(delay), repeats: repeats, record: null };
    number = arm(timer.delay, 0);
    waiting[number] = timer;
    return number;
  }

  function setTimeout(callback, delay) {
    return start('setTimeout', callback, delay, rest_of(arguments), false);
  }

  function setInterval(callback, delay) {
    return start('setInterval', callback, delay, rest_of(arguments), true);
  }

  function rest_of(args) {
    return args.length > 2 ? apply(slice, args, [2]) : null;
  }

  function clearTimeout(number) {
    var timer;
    if (typeof number !== 'number') return;
    timer = waiting[number];
    if (timer === undefined || timer === null) return;
    waiting[number] = undefined;
    if (!timer.fires) disarm(number, false);
  }

  function clearInterval(number) {
    clearTimeout(number);
  }

  function sleep(delay) {
    var timer = { callback: null, args: null, delay: whole(delay), repeats: false, record: make_record() };
    waiting[arm(timer.delay, 0)] = timer;
    return promise_of(timer.record);
  }

  // Called by the machine. A timer that was cancelled while its firing was on its way is not there any more.
  host.fire = function (number) {
    var timer = waiting[number];
    if (timer === undefined) return;
    disarm(number, true);
    if (!timer.repeats) waiting[number] = undefined;
    timer.fires = true;
    if (timer.record !== null) return settle_record(timer.record, true, undefined);
    try {
      apply(timer.callback, undefined, timer.args === null ? [] : timer.args);
    } catch (error) {
      settle_record(make_record(), false, error); // nobody can handle it: it fails the run
    }
    timer.fires = false;
    if (timer.repeats && waiting[number] === timer) again(number, timer);
  };

  function again(number, timer) {
    try {
      arm(timer.delay, number);
    } catch (error) {
      waiting[number] = undefined;
      settle_record(make_record(), false, error);
    }
  }

  host.publish(global, { setTimeout: setTimeout, clearTimeout: clearTimeout, setInterval: setInterval,
                         clearInterval: clearInterval, sleep: sleep });
})
