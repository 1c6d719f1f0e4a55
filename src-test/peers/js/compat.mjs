// Node 20 lacks Promise.withResolvers, which libp2p 3 uses.
Promise.withResolvers ??= function withResolvers () {
  let resolve
  let reject
  const promise = new this((good, bad) => { resolve = good; reject = bad })
  return { promise, resolve, reject }
}
