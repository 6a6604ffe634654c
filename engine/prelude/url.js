// URL and URLSearchParams as the URL Standard has them.
//
//   scheme://user:password@host:port/path?query#fragment
//
// A record keeps the parts as they are written, percent-encoded; `path` is a list of segments, or a text when a URL of an
// unknown scheme has no slashes.
(function (host, global) {
  'use strict';

  var TypeError_ = TypeError, String_ = String, define = Object.defineProperty, keys = Object.keys, apply = Reflect.apply;
  var encoded = host.percent_encoded, decoded = host.percent_decoded, own_element = host.define;
  var FRAGMENT = 0, QUERY = 1, SPECIAL_QUERY = 2, PATH = 3, USER = 4, CONTROL = 5, FORM = 6;
  var iterator = Symbol.iterator, array_values = Array.prototype.values || Array.prototype[Symbol.iterator];
  var SLOT = host.slot_of('url'), LIST = host.slot_of('query');
  var ports = { __proto__: null, http: '80', https: '443', ws: '80', wss: '443', ftp: '21', file: '' };

  function invalid(input) {
    var error = new TypeError_('Invalid URL');
    error.code = 'ERR_INVALID_URL';
    error.input = input;
    throw error;
  }

  function is_special(record) {
    return ports[record.scheme] !== undefined;
  }

  function is_letter(code) {
    return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  }
  function is_digit(code) {
    return code >= 48 && code <= 57;
  }

  // -- parsing

  function trimmed(input) {
    var begin = 0, end = input.length, result = '', i, code;
    while (begin < end && input.charCodeAt(begin) <= 32) begin++;
    while (end > begin && input.charCodeAt(end - 1) <= 32) end--;
    for (i = begin; i < end; i++) {
      code = input.charCodeAt(i);
      if (code === 9 || code === 10 || code === 13) {
        result += input.slice(begin, i);
        begin = i + 1;
      }
    }
    return result + input.slice(begin, end);
  }

  function scheme_length(text) {
    var i, code;
    if (!is_letter(text.charCodeAt(0))) return -1;
    for (i = 1; i < text.length; i++) {
      code = text.charCodeAt(i);
      if (code === 58) return i;
      if (!is_letter(code) && !is_digit(code) && code !== 43 && code !== 45 && code !== 46) return -1;
    }
    return -1;
  }

  function blank(scheme) {
    return { scheme: scheme, username: '', password: '', host: null, port: '', path: [], query: null, fragment: null };
  }

  function cut(text, mark, record, part) {
    var at = text.indexOf(mark);
    if (at < 0) return text;
    record[part] = text.slice(at + 1);
    return text.slice(0, at);
  }

  function finish(record) {
    if (record.query !== null) record.query = encoded(record.query, is_special(record) ? SPECIAL_QUERY : QUERY);
    if (record.fragment !== null) record.fragment = encoded(record.fragment, FRAGMENT);
    return record;
  }

  // What follows the scheme; null when it cannot be a URL.
  function parse(input, base) {
    var text = trimmed(input), length = scheme_length(text), record, rest, slashes;
    if (length < 0) return base === null ? null : relative(text, base);
    record = blank(text.slice(0, length).toLowerCase());
    rest = text.slice(length + 1);
    if (base !== null && record.scheme === base.scheme && is_special(base) && record.scheme !== 'file' &&
        rest.charAt(0) !== '/' && rest.charAt(0) !== '\\') return relative(rest, base);
    rest = cut(rest, '#', record, 'fragment');
    if (is_special(record)) {
      if (record.scheme === 'file') return file_rest(rest, record, base);
      for (slashes = 0; rest.charAt(slashes) === '/' || rest.charAt(slashes) === '\\';) slashes++;
      return authority(rest.slice(slashes), record) ? finish(record) : null;
    }
    if (rest.slice(0, 2) === '//') return authority(rest.slice(2), record) ? finish(record) : null;
    rest = cut(rest, '?', record, 'query');
    if (rest.charAt(0) === '/') record.path = segments(rest.slice(1), record, []);
    else record.path = encoded(rest, CONTROL);
    return finish(record);
  }

  function file_rest(rest, record, base) {
    var at;
    rest = cut(rest, '?', record, 'query').split('\\').join('/');
    if (rest.slice(0, 2) === '//') {
      rest = rest.slice(2);
      at = rest.indexOf('/');
      record.host = at < 0 ? rest : rest.slice(0, at);
      rest = at < 0 ? '' : rest.slice(at);
      record.host = record.host === '' ? '' : parsed_host(record.host, true);
      if (record.host === null) return null;
      if (record.host === 'localhost') record.host = '';
    } else {
      record.host = '';
      if (rest.charAt(0) !== '/' && base !== null && base.scheme === 'file') {
        record.host = base.host;
        record.path = segments(rest, record, base.path.slice(0, -1));
        return finish(record);
      }
    }
    record.path = segments(rest.charAt(0) === '/' ? rest.slice(1) : rest, record, []);
    return finish(record);
  }

  function relative(text, base) {
    var record = blank(base.scheme), special = is_special(base), rest, first;
    rest = cut(text, '#', record, 'fragment');
    if (typeof base.path === 'string') {
      if (rest !== '') return null;
      record.path = base.path;
      record.query = base.query;
      record.host = base.host;
      if (record.fragment !== null) record.fragment = encoded(record.fragment, FRAGMENT);
      return record;
    }
    if (special) rest = slashed(rest);
    if (rest.slice(0, 2) === '//') {
      if (base.scheme === 'file') return file_rest(rest, record, base);
      return authority(rest.slice(2), record) ? finish(record) : null;
    }
    record.username = base.username;
    record.password = base.password;
    record.host = base.host;
    record.port = base.port;
    first = rest.charAt(0);
    rest = cut(rest, '?', record, 'query');
    if (first === '/') record.path = segments(rest.slice(1), record, []);
    else if (rest !== '') record.path = segments(rest, record, base.path.slice(0, -1));
    else {
      record.path = base.path.slice();
      if (record.query === null) {
        record.query = base.query;
        if (record.fragment !== null) record.fragment = encoded(record.fragment, FRAGMENT);
        return record;
      }
    }
    return finish(record);
  }

  // Backslashes in front of a query are slashes.
  function slashed(text) {
    var at = text.indexOf('?');
    return at < 0 ? text.split('\\').join('/') : text.slice(0, at).split('\\').join('/') + text.slice(at);
  }

  function authority(text, record) {
    var special = is_special(record), end = text.length, i, c, at, who, colon, place, port;
    for (i = 0; i < text.length; i++) {
      c = text.charAt(i);
      if (c === '/' || c === '?' || (c === '\\' && special)) {
        end = i;
        break;
      }
    }
    place = text.slice(0, end);
    at = place.lastIndexOf('@');
    if (at >= 0) {
      who = place.slice(0, at);
      place = place.slice(at + 1);
      colon = who.indexOf(':');
      record.username = encoded(colon < 0 ? who : who.slice(0, colon), USER);
      record.password = colon < 0 ? '' : encoded(who.slice(colon + 1), USER);
      if (place === '') return false;
    }
    colon = place.lastIndexOf(':');
    if (colon >= 0 && place.indexOf(']', colon) < 0) {
      port = parsed_port(place.slice(colon + 1), record);
      if (port === null) return false;
      record.port = port;
      place = place.slice(0, colon);
      if (place === '') return false;
    }
    if (place === '' && special) return false;
    record.host = place === '' ? '' : parsed_host(place, special);
    if (record.host === null) return false;
    text = cut(special ? slashed(text.slice(end)) : text.slice(end), '?', record, 'query');
    record.path = text === '' ? (special ? [''] : []) : segments(text.slice(1), record, []);
    return true;
  }

  function parsed_port(text, record) {
    var number = 0, i;
    if (text === '') return '';
    for (i = 0; i < text.length; i++) {
      if (!is_digit(text.charCodeAt(i))) return null;
      number = number * 10 + text.charCodeAt(i) - 48;
      if (number > 65535) return null;
    }
    return String_(number) === ports[record.scheme] ? '' : String_(number);
  }

  // Adds the path's segments to those there are already; dots go up or nowhere.
  function segments(text, record, path) {
    var parts, i, part, low, last;
    if (is_special(record)) text = text.split('\\').join('/');
    parts = text.split('/');
    for (i = 0; i < parts.length; i++) {
      part = parts[i];
      low = part.toLowerCase().split('%2e').join('.');
      last = i + 1 === parts.length;
      if (low === '..') {
        if (!(record.scheme === 'file' && path.length === 1 && is_drive(path[0]))) path.pop();
        if (last) own_element(path, path.length, '');
      } else if (low === '.') {
        if (last) own_element(path, path.length, '');
      } else {
        if (record.scheme === 'file' && path.length === 0 && is_drive(part)) part = part.charAt(0) + ':';
        own_element(path, path.length, encoded(part, PATH));
      }
    }
    return path;
  }

  function is_drive(part) {
    return part.length === 2 && is_letter(part.charCodeAt(0)) && (part.charAt(1) === ':' || part.charAt(1) === '|');
  }

  // -- hosts

  var FORBIDDEN = ' #/:<>?@[\\]^|', FORBIDDEN_IN_DOMAINS = FORBIDDEN + '%\x7f';

  function parsed_host(text, special) {
    var i, domain;
    if (text.charAt(0) === '[') return text.charAt(text.length - 1) === ']' ? parsed_ipv6(text.slice(1, -1)) : null;
    if (!special) {
      for (i = 0; i < text.length; i++) if (FORBIDDEN.indexOf(text.charAt(i)) >= 0 || text.charCodeAt(i) === 0) return null;
      return encoded(text, CONTROL);
    }
    domain = ascii_domain(decoded(text, false));
    if (domain === null || domain === '') return null;
    for (i = 0; i < domain.length; i++)
      if (domain.charCodeAt(i) <= 32 || FORBIDDEN_IN_DOMAINS.indexOf(domain.charAt(i)) >= 0) return null;
    return ends_in_number(domain) ? parsed_ipv4(domain) : domain;
  }

  function ascii_domain(text) {
    var labels = text.toLowerCase().split('\u3002').join('.').split('.'), i, k, plain;
    for (i = 0; i < labels.length; i++) {
      plain = true;
      for (k = 0; k < labels[i].length; k++) if (labels[i].charCodeAt(k) >= 128) plain = false;
      if (!plain) labels[i] = 'xn--' + punycode(labels[i].normalize ? labels[i].normalize('NFC') : labels[i]);
      if (labels[i].indexOf('\ufffd') >= 0) return null;
    }
    return labels.join('.');
  }

  // RFC 3492.
  function punycode(label) {
    var points = [], result = '', n = 128, delta = 0, bias = 72, handled, basic, i, m, q, k, t, point;
    for (i = 0; i < label.length; i += point > 0xffff ? 2 : 1) {
      point = label.codePointAt(i);
      own_element(points, points.length, point);
      if (point < 128) result += String_.fromCharCode(point);
    }
    handled = basic = result.length;
    if (basic > 0) result += '-';
    while (handled < points.length) {
      m = 0x7fffffff;
      for (i = 0; i < points.length; i++) if (points[i] >= n && points[i] < m) m = points[i];
      delta += (m - n) * (handled + 1);
      n = m;
      for (i = 0; i < points.length; i++) {
        if (points[i] < n) delta++;
        if (points[i] !== n) continue;
        for (q = delta, k = 36;; k += 36) {
          t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
          if (q < t) break;
          result += digit(t + (q - t) % (36 - t));
          q = Math.floor((q - t) / (36 - t));
        }
        result += digit(q);
        delta = handled === basic ? Math.floor(delta / 700) : delta >> 1;
        delta += Math.floor(delta / (handled + 1));
        for (bias = 0; delta > 455; bias += 36) delta = Math.floor(delta / 35);
        bias += Math.floor(36 * delta / (delta + 38));
        delta = 0;
        handled++;
      }
      delta++;
      n++;
    }
    return result;
  }
  var Math = { floor: global.Math.floor };
  function digit(value) {
    return 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(value);
  }

  function ends_in_number(domain) {
    var labels = domain.split('.'), last = labels.length - 1;
    if (labels[last] === '' && last > 0) last--;
    return ipv4_number(labels[last]) !== null || all_digits(labels[last]);
  }
  function all_digits(text) {
    for (var i = 0; i < text.length; i++) if (!is_digit(text.charCodeAt(i))) return false;
    return text !== '';
  }

  function ipv4_number(text) {
    var radix = 10, number = 0, i, value;
    if (text === '') return null;
    if (text.slice(0, 2) === '0x' || text.slice(0, 2) === '0X') {
      radix = 16;
      text = text.slice(2);
    } else if (text.length > 1 && text.charAt(0) === '0') {
      radix = 8;
      text = text.slice(1);
    }
    for (i = 0; i < text.length; i++) {
      value = '0123456789abcdef'.indexOf(text.charAt(i).toLowerCase());
      if (value < 0 || value >= radix) return null;
      number = number * radix + value;
    }
    return number;
  }

  function parsed_ipv4(domain) {
    var labels = domain.split('.'), number = 0, i, part, result = '';
    if (labels.length > 1 && labels[labels.length - 1] === '') labels.pop();
    if (labels.length > 4) return null;
    for (i = 0; i < labels.length; i++) {
      part = ipv4_number(labels[i]);
      if (part === null) return null;
      if (i + 1 < labels.length) {
        if (part > 255) return null;
        number += part * power(256, 3 - i);
      } else {
        if (part >= power(256, 4 - i)) return null;
        number += part;
      }
    }
    for (i = 3; i >= 0; i--) result += Math.floor(number / power(256, i)) % 256 + (i > 0 ? '.' : '');
    return result;
  }
  function power(base, exponent) {
    var result = 1;
    while (exponent-- > 0) result *= base;
    return result;
  }

  function parsed_ipv6(text) {
    var halves = text.split('::'), head, tail, pieces, i;
    if (halves.length > 2) return null;
    head = ipv6_pieces(halves[0], halves.length === 1);
    tail = halves.length === 2 ? ipv6_pieces(halves[1], true) : [];
    if (head === null || tail === null) return null;
    if (halves.length === 1 ? head.length !== 8 : head.length + tail.length > 7) return null;
    pieces = head;
    for (i = 8 - head.length - tail.length; i > 0; i--) own_element(pieces, pieces.length, 0);
    for (i = 0; i < tail.length; i++) own_element(pieces, pieces.length, tail[i]);
    return '[' + ipv6_text(pieces) + ']';
  }

  function ipv6_pieces(text, may_end_in_ipv4) {
    var parts, pieces = [], i, number, address;
    if (text === '') return pieces;
    parts = text.split(':');
    for (i = 0; i < parts.length; i++) {
      if (may_end_in_ipv4 && i + 1 === parts.length && parts[i].indexOf('.') >= 0) {
        address = parts[i].split('.');
        if (address.length !== 4 || !address.every(function (part) { return all_digits(part) && part.length < 4 && +part < 256; })) return null;
        own_element(pieces, pieces.length, address[0] * 256 + +address[1]);
        own_element(pieces, pieces.length, address[2] * 256 + +address[3]);
        continue;
      }
      if (parts[i] === '' || parts[i].length > 4) return null;
      number = ipv4_number('0x' + parts[i]);
      if (number === null) return null;
      own_element(pieces, pieces.length, number);
    }
    return pieces;
  }

  function ipv6_text(pieces) {
    var best = -1, best_length = 1, i, k, result = '';
    for (i = 0; i < 8; i = k + 1) {
      for (k = i; k < 8 && pieces[k] === 0;) k++;
      if (k - i > best_length) {
        best = i;
        best_length = k - i;
      }
    }
    for (i = 0; i < 8; i++) {
      if (i === best) {
        result += i === 0 ? '::' : ':';
        i += best_length - 1;
        continue;
      }
      result += pieces[i].toString(16) + (i < 7 ? ':' : '');
    }
    return result;
  }

  // -- writing

  function path_text(record) {
    return typeof record.path === 'string' ? record.path : record.path.length === 0 ? '' : '/' + record.path.join('/');
  }

  function host_text(record) {
    return record.host === null ? '' : record.port === '' ? record.host : record.host + ':' + record.port;
  }

  function href_of(record) {
    var text = record.scheme + ':';
    if (record.host !== null) {
      text += '//';
      if (record.username !== '' || record.password !== '')
        text += record.username + (record.password === '' ? '' : ':' + record.password) + '@';
      text += host_text(record);
    } else if (typeof record.path !== 'string' && record.path.length > 1 && record.path[0] === '') {
      text += '/.';
    }
    return text + path_text(record) + (record.query === null ? '' : '?' + record.query) +
           (record.fragment === null ? '' : '#' + record.fragment);
  }

  // -- URL

  function record_of(url) {
    var record = url === null || url === undefined ? undefined : url[SLOT];
    if (record === undefined) throw new TypeError_('this is not a URL');
    return record;
  }

  function parsed(input, base) {
    var from = base === undefined ? null : parse(String_(base), null);
    if (base !== undefined && from === null) return null;
    return parse(String_(input), from);
  }

  function URL(input, base) {
    var record;
    if (!(this instanceof URL)) throw new TypeError_("Class constructor URL cannot be invoked without 'new'");
    if (arguments.length === 0) throw new TypeError_('The "url" argument must be specified');
    record = parsed(input, base);
    if (record === null) invalid(String_(input));
    record.params = null;
    this[SLOT] = record;
  }

  function params_of(url) {
    var record = record_of(url);
    if (record.params === null) {
      record.params = new URLSearchParams(record.query === null ? '' : record.query);
      record.params[LIST].url = record;
    }
    return record.params;
  }

  function member(name, get, set) {
    var accessors = { get: function () { return get(record_of(this), this); }, enumerable: true, configurable: true };
    if (set !== undefined) accessors.set = function (value) { set(record_of(this), String_(value), this); };
    define(URL.prototype, name, accessors);
  }

  function set_query(record, text) {
    record.query = text;
    if (record.params !== null) record.params[LIST].pairs = pairs_of(text === null ? '' : text);
  }

  member('href', href_of, function (record, value, url) {
    var next = parse(value, null);
    if (next === null) invalid(value);
    next.params = record.params;
    url[SLOT] = next;
    if (next.params !== null) next.params[LIST].url = next;
    set_query(next, next.query);
  });
  member('origin', function (record) {
    var inner = record.scheme === 'blob' && typeof record.path === 'string' ? parse(record.path, null) : null;
    if (inner !== null && (inner.scheme === 'http' || inner.scheme === 'https')) return inner.scheme + '://' + host_text(inner);
    return is_special(record) && record.scheme !== 'file' ? record.scheme + '://' + host_text(record) : 'null';
  });
  member('protocol', function (record) { return record.scheme + ':'; }, function (record, value) {
    var length = scheme_length(value + ':'), scheme = value.slice(0, length).toLowerCase();
    if (length < 0 || (ports[scheme] !== undefined) !== is_special(record)) return;
    record.scheme = scheme;
    if (record.port === ports[scheme]) record.port = '';
  });
  function credentials(name) {
    member(name, function (record) { return record[name]; }, function (record, value) {
      if (record.host !== null && record.host !== '' && record.scheme !== 'file') record[name] = encoded(value, USER);
    });
  }
  credentials('username');
  credentials('password');
  function place(name, get) {
    member(name, get, function (record, value) {
      var scratch = blank(record.scheme), end, k;
      if (typeof record.path === 'string') return;
      for (end = 0; end < value.length && '/?#'.indexOf(value.charAt(end)) < 0;) end++;
      value = value.slice(0, end);
      if (name === 'hostname' && value.charAt(0) !== '[' && value.indexOf(':') >= 0) return;
      k = value.indexOf('@') >= 0 ? false : authority(value, scratch);
      if (!k) return;
      record.host = scratch.host;
      if (name === 'host' && value.slice(value.lastIndexOf(']') + 1).indexOf(':') >= 0) record.port = scratch.port;
    });
  }
  place('host', host_text);
  place('hostname', function (record) { return record.host === null ? '' : record.host; });
  member('port', function (record) { return record.port; }, function (record, value) {
    var end = 0, port;
    if (record.host === null || record.host === '' || record.scheme === 'file') return;
    while (end < value.length && is_digit(value.charCodeAt(end))) end++;
    if (end === 0 && value !== '') return;
    port = parsed_port(value.slice(0, end), record);
    if (port !== null) record.port = port;
  });
  member('pathname', path_text, function (record, value) {
    if (typeof record.path === 'string') return;
    value = value.split('?').join('%3F').split('#').join('%23');
    if (is_special(record)) value = slashed(value);
    record.path = segments(value.charAt(0) === '/' ? value.slice(1) : value, record, []);
  });
  member('search', function (record) { return record.query === null || record.query === '' ? '' : '?' + record.query; },
    function (record, value) {
      if (value.charAt(0) === '?') value = value.slice(1);
      set_query(record, value === '' ? null : encoded(value, is_special(record) ? SPECIAL_QUERY : QUERY).split('#').join('%23'));
    });
  member('searchParams', function (record, url) { return params_of(url); });
  member('hash', function (record) { return record.fragment === null || record.fragment === '' ? '' : '#' + record.fragment; },
    function (record, value) {
      if (value.charAt(0) === '#') value = value.slice(1);
      record.fragment = value === '' ? null : encoded(value, FRAGMENT);
    });
  host.publish(URL.prototype, {
    toString: function toString() { return href_of(record_of(this)); },
    toJSON: function toJSON() { return href_of(record_of(this)); }
  });
  host.publish(URL, {
    canParse: function canParse(input, base) { return parsed(input, base) !== null; },
    parse: function parse(input, base) { return parsed(input, base) === null ? null : new URL(input, base); }
  });
  define(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });

  // -- URLSearchParams

  function pairs_of(text) {
    var pairs = [], parts = text.split('&'), i, at;
    for (i = 0; i < parts.length; i++) {
      if (parts[i] === '') continue;
      at = parts[i].indexOf('=');
      own_element(pairs, pairs.length, at < 0 ? [decoded(parts[i], true), '']
                                              : [decoded(parts[i].slice(0, at), true), decoded(parts[i].slice(at + 1), true)]);
    }
    return pairs;
  }

  function URLSearchParams(init) {
    var pairs = [], names, i, walk, step, pair;
    if (!(this instanceof URLSearchParams)) throw new TypeError_("Class constructor URLSearchParams cannot be invoked without 'new'");
    if (init !== undefined && init !== null && (typeof init === 'object' || typeof init === 'function')) {
      if (typeof init[iterator] === 'function') {
        walk = init[iterator]();
        while (!(step = walk.next()).done) {
          pair = step.value;
          if (pair === null || typeof pair !== 'object' || (pair.length !== 2 && pair.length !== undefined))
            throw new TypeError_('Each query pair must be an iterable [name, value] tuple');
          own_element(pairs, pairs.length, [String_(pair[0]), String_(pair[1])]);
        }
      } else {
        names = keys(init);
        for (i = 0; i < names.length; i++) own_element(pairs, pairs.length, [names[i], String_(init[names[i]])]);
      }
    } else if (init !== undefined) {
      init = String_(init);
      pairs = pairs_of(init.charAt(0) === '?' ? init.slice(1) : init);
    }
    this[LIST] = { pairs: pairs, url: null };
  }

  function list_of(params) {
    var list = params === null || params === undefined ? undefined : params[LIST];
    if (list === undefined) throw new TypeError_('this is not a URLSearchParams');
    return list;
  }

  function form_text(pairs) {
    var text = '', i;
    for (i = 0; i < pairs.length; i++)
      text += (i > 0 ? '&' : '') + encoded(pairs[i][0], FORM) + '=' + encoded(pairs[i][1], FORM);
    return text;
  }

  function changed(list) {
    if (list.url !== null) list.url.query = list.pairs.length === 0 ? null : form_text(list.pairs);
  }

  // Keeps the pairs that `keep` wants.
  function filtered(pairs, keep) {
    var kept = [], i;
    for (i = 0; i < pairs.length; i++) if (keep(pairs[i])) own_element(kept, kept.length, pairs[i]);
    return kept;
  }

  function snapshot(pairs, make) {
    var list = [], i;
    for (i = 0; i < pairs.length; i++) own_element(list, i, make(pairs[i]));
    return apply(array_values, list, []);
  }

  function entries() {
    return snapshot(list_of(this).pairs, function (pair) { return [pair[0], pair[1]]; });
  }

  host.publish(URLSearchParams.prototype, {
    append: function append(name, value) {
      var list = list_of(this);
      own_element(list.pairs, list.pairs.length, [String_(name), String_(value)]);
      changed(list);
    },
    delete: function (name, value) {
      var list = list_of(this);
      name = String_(name);
      list.pairs = filtered(list.pairs, function (pair) {
        return pair[0] !== name || (value !== undefined && pair[1] !== String_(value));
      });
      changed(list);
    },
    get: function get(name) {
      var pairs = list_of(this).pairs, i;
      name = String_(name);
      for (i = 0; i < pairs.length; i++) if (pairs[i][0] === name) return pairs[i][1];
      return null;
    },
    getAll: function getAll(name) {
      var all = [], pairs = list_of(this).pairs, i;
      name = String_(name);
      for (i = 0; i < pairs.length; i++) if (pairs[i][0] === name) own_element(all, all.length, pairs[i][1]);
      return all;
    },
    has: function has(name, value) {
      var pairs = list_of(this).pairs, i;
      name = String_(name);
      for (i = 0; i < pairs.length; i++)
        if (pairs[i][0] === name && (value === undefined || pairs[i][1] === String_(value))) return true;
      return false;
    },
    set: function set(name, value) {
      var list = list_of(this), found = false;
      name = String_(name);
      value = String_(value);
      list.pairs = filtered(list.pairs, function (pair) {
        if (pair[0] !== name) return true;
        if (found) return false;
        found = true;
        pair[1] = value;
        return true;
      });
      if (!found) own_element(list.pairs, list.pairs.length, [name, value]);
      changed(list);
    },
    sort: function sort() {
      var list = list_of(this);
      apply(array_sort, list.pairs, [function (a, b) { return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0; }]);
      changed(list);
    },
    forEach: function forEach(callback, receiver) {
      var pairs = list_of(this).pairs, i;
      for (i = 0; i < pairs.length; i++) apply(callback, receiver, [pairs[i][1], pairs[i][0], this]);
    },
    keys: function () { return snapshot(list_of(this).pairs, function (pair) { return pair[0]; }); },
    values: function values() { return snapshot(list_of(this).pairs, function (pair) { return pair[1]; }); },
    entries: entries,
    toString: function toString() { return form_text(list_of(this).pairs); }
  });
  var array_sort = Array.prototype.sort;
  define(URLSearchParams.prototype, iterator, { value: entries, writable: true, configurable: true });
  define(URLSearchParams.prototype, 'size', { get: function () { return list_of(this).pairs.length; }, enumerable: true, configurable: true });
  define(URLSearchParams.prototype, Symbol.toStringTag, { value: 'URLSearchParams', configurable: true });

  host.publish(global, { URL: URL, URLSearchParams: URLSearchParams });
})
