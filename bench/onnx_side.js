// onnx_side.js: forward by ONNX Runtime on one thread. Arguments: the folder of onnxruntime-node, then a model file and its shape for each
// size of batch, as FILE:n,c,h,w. Prints `forward samples minimum median` in microseconds.
const [folder, ...models] = process.argv.slice(2);
const ort = require(folder);
(async () => {
  for (const entry of models) {
    const [file, shape] = entry.split(':');
    const dims = shape.split(',').map(Number);
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' });
    const size = dims.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, i) => (i * 37 % 101) / 50 - 1);
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, dims) };
    let turns = 1;
    for (let spent = 0; spent < 4000; turns *= 2) {
      const begin = process.hrtime.bigint();
      for (let i = 0; i < turns; i++) await session.run(feeds);
      spent = Number(process.hrtime.bigint() - begin) / 1e3;
    }
    const times = [];
    for (let r = 0; r < 15; r++) {
      const begin = process.hrtime.bigint();
      for (let i = 0; i < turns; i++) await session.run(feeds);
      times.push(Number(process.hrtime.bigint() - begin) / 1e3 / turns);
    }
    times.sort((a, b) => a - b);
    console.log('forward', dims[0], times[0].toFixed(4), times[7].toFixed(4));
  }
})();
