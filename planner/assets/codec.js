// Reads what planner/maps/codec.py packs: a header (JSON) and streams of whole numbers, deflated.
(function () {
  "use strict";
  const RecycleNet = (window.RecycleNet = window.RecycleNet || {});

  function bytesOf(text) {
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }

  class Numbers {
    constructor(bytes, at) {
      this.bytes = bytes;
      this.at = at;
    }
    next() {
      let zigzag = 0;
      let scale = 1;
      for (;;) {
        const byte = this.bytes[this.at++];
        zigzag += (byte & 127) * scale;
        if (byte < 128) break;
        scale *= 128;
      }
      return zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
    }
    take(count) {
      const out = new Int32Array(count);
      for (let i = 0; i < count; i++) out[i] = this.next();
      return out;
    }
    running(count) {
      const out = new Int32Array(count);
      for (let i = 0, sum = 0; i < count; i++) out[i] = sum += this.next();
      return out;
    }
  }

  // Base64 text or an array of bytes -> {header, numbers}
  RecycleNet.unpack = function (packed) {
    const bytes = fflate.unzlibSync(typeof packed === "string" ? bytesOf(packed) : packed);
    const length = bytes[0] + 256 * (bytes[1] + 256 * (bytes[2] + 256 * bytes[3]));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    return { header: header, numbers: new Numbers(bytes, 4 + length) };
  };
})();
