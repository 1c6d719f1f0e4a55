// The document of index.html, as far as the page's modules need one: what is not in it is not found.
import {readFileSync} from 'node:fs';

const INDEX = new URL('../../../src/fil/heartbeat/dashboard/web/index.html', import.meta.url);
const VOID = new Set(['meta', 'link', 'img', 'input']);
// Attributes that are read and set as a member, with the name of that member.
const MEMBERS = {class: 'className', id: 'id', title: 'title', type: 'type', href: 'href', value: 'value', content: 'content', name: 'name', dir: 'dir'};

class Text {
  constructor(text) { Object.assign(this, {textContent: text, parentNode: null}); }

  remove() { this.parentNode?.drop(this); }
}

export class Element extends EventTarget {
  constructor(name) {
    super();
    Object.assign(this, {tagName: name.toUpperCase(), childNodes: [], attributes: {}, hidden: false, scrollTop: 0, clientHeight: 600, clientWidth: 1200, parentNode: null});
    for (const member of Object.values(MEMBERS)) this[member] = '';
    // Everything in it is a text, as in a real one.
    this.dataset = new Proxy({}, {set: (all, key, value) => Reflect.set(all, key, String(value))});
    this.style = {setProperty(key, value) { this[key] = value; }};
    const names = () => this.className.split(' ').filter(Boolean);
    this.classList = {
      contains: each => names().includes(each),
      add: each => this.classList.toggle(each, true),
      remove: each => this.classList.toggle(each, false),
      toggle: (each, wanted = !names().includes(each)) => { this.className = [...names().filter(other => other !== each), ...wanted ? [each] : []].join(' '); },
    };
  }

  get children() { return this.childNodes.filter(each => each instanceof Element); }

  get firstChild() { return this.childNodes[0] ?? null; }

  get lastChild() { return this.childNodes.at(-1) ?? null; }

  get lastElementChild() { return this.children.at(-1) ?? null; }

  get textContent() { return this.childNodes.map(each => each.textContent).join(''); }

  set textContent(text) { this.replaceChildren(...text === '' ? [] : [text]); }

  get isConnected() { return this === document || (this.parentNode?.isConnected ?? false); }

  append(...more) { for (const each of more) this.insertBefore(each instanceof Element ? each : new Text(String(each)), null); }

  appendChild(made) { return this.insertBefore(made, null); }

  insertBefore(made, at) {
    if (arguments.length < 2) throw new TypeError('insertBefore needs two arguments');
    if (at && at.parentNode !== this) throw new DOMException('what it is put before is no child', 'NotFoundError');
    if (made.contains?.(this)) throw new DOMException('it would be in itself', 'HierarchyRequestError');
    const before = at === made ? this.childNodes[this.childNodes.indexOf(made) + 1] : at;
    made.remove();
    made.parentNode = this;
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, made);
    return made;
  }

  drop(child) {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
  }

  remove() { this.parentNode?.drop(this); }

  replaceWith(made) {
    this.parentNode.insertBefore(made, this);
    this.remove();
  }

  replaceChildren(...more) {
    for (const each of [...this.childNodes]) each.remove();
    this.append(...more);
  }

  contains(other) { return other === this || (other !== null && this.contains(other.parentNode)); }

  setAttribute(name, value) {
    if (name in MEMBERS) this[MEMBERS[name]] = String(value);
    else if (name === 'hidden') this.hidden = true;
    else if (name.startsWith('data-')) this.dataset[name.slice(5)] = value;
    else this.attributes[name] = String(value);
  }

  getAttribute(name) { return (name in MEMBERS ? this[MEMBERS[name]] : name.startsWith('data-') ? this.dataset[name.slice(5)] : this.attributes[name]) ?? null; }

  removeAttribute(name) { delete this.attributes[name]; }

  // A selector of names, ids, classes and attributes, one in another.
  matches(selector) {
    const all = selector.split(' ');
    return this.fits(all.pop()) && (!all.length || (this.parentNode?.isIn(all.join(' ')) ?? false));
  }

  isIn(selector) { return this.matches(selector) || (this.parentNode?.isIn(selector) ?? false); }

  fits(part) {
    const known = /^([a-z]+)?((?:#[\w-]+|\.[\w-]+|\[[\w-]+(?:=[\w-]+)?\])*)$/.exec(part);
    if (!known) throw new Error('no selector that this document knows: ' + part);
    if (known[1] && known[1].toUpperCase() !== this.tagName) return false;
    return [...known[2].matchAll(/([#.[])([\w-]+)(?:=([\w-]+))?/g)].every(([, kind, name, value]) =>
      kind === '#' ? this.id === name : kind === '.' ? this.classList.contains(name) : value === undefined ? this.getAttribute(name) !== null : this.getAttribute(name) === value);
  }

  querySelectorAll(selector) { return this.children.flatMap(each => [...each.matches(selector) ? [each] : [], ...each.querySelectorAll(selector)]); }

  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }

  closest(selector) { return this.matches(selector) ? this : this.parentNode?.closest?.(selector) ?? null; }

  focus() { document.activeElement = this; }

  click() { this.onclick?.(new Event('click')); }

  // What is drawn into it is nowhere to be seen.
  getContext() { return new Proxy({}, {get: (all, key) => all[key] ?? (() => ({width: 10})), set: (all, key, value) => Reflect.set(all, key, value)}); }

  getBoundingClientRect() { return {top: 0, left: 0, width: this.clientWidth, height: this.clientHeight}; }

  showModal() { this.open = true; }

  close() { this.open = false; }
}

// Elements, texts and nothing else: what index.html is made of.
function read(html, into) {
  let at = into;
  for (const [, end, name, attributes, text] of html.matchAll(/<(\/)?([a-z]\w*)([^>]*)>|([^<]+)|<![^>]*>/g)) {
    if (text) at.append(text);
    else if (end) at = at.parentNode;
    else if (name) {
      const made = new Element(name);
      for (const [, key, value] of attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) made.setAttribute(key, value ?? '');
      at.append(made);
      if (!VOID.has(name)) at = made;
    }
  }
  if (at !== into) throw new Error('not closed: ' + at.tagName);
}

export const document = new Element('document');
read(readFileSync(INDEX, 'utf8'), document);
const [html] = document.children;
Object.assign(document, {
  documentElement: html,
  body: html.querySelector('body'),
  activeElement: null,
  title: '',
  getElementById: id => document.querySelectorAll('#' + id)[0] ?? null,
  createElement: name => new Element(name),
});
