;; Sums of products and pools for inkmoji.kernel, on Python's own memory, with vectors of four float32.
;;
;; Every sum of products is the sum over k, in order, of a weight times a value, then + bias, + added, and at least
;; $floor. No sum is split, so that a value is the same to the bit however many others are computed with it. The build
;; makes a second kernel of this text, for browsers that can multiply and add at once: web/tools/kernel.py.
(module
  (import "env" "memory" (memory 1))

  ;; Does operations one after the other. Each is 18 int32: what it is, and its arguments in order, a float by its bits.
  ;;
  ;; $program: 0 is convolve, 1 the largest of two by two, 2 their mean; $count: how many, 1 at least
  (func (export "run") (param $program i32) (param $count i32)
    (local $kind i32)
    (loop $next
      (local.set $kind (i32.load (local.get $program)))
      (if (local.get $kind)
        (then (call $pool
          (i32.load offset=4 (local.get $program)) (i32.load offset=8 (local.get $program))
          (i32.load offset=12 (local.get $program)) (i32.load offset=16 (local.get $program))
          (i32.load offset=20 (local.get $program)) (i32.load offset=24 (local.get $program))
          (i32.load offset=28 (local.get $program)) (i32.load offset=32 (local.get $program))
          (i32.load offset=36 (local.get $program)) (v128.load32_splat offset=40 (local.get $program))
          (i32.eq (local.get $kind) (i32.const 2))))
        (else (call $convolve
          (i32.load offset=4 (local.get $program)) (i32.load offset=8 (local.get $program))
          (i32.load offset=12 (local.get $program)) (i32.load offset=16 (local.get $program))
          (i32.load offset=20 (local.get $program)) (i32.load offset=24 (local.get $program))
          (i32.load offset=28 (local.get $program)) (i32.load offset=32 (local.get $program))
          (i32.load offset=36 (local.get $program)) (i32.load offset=40 (local.get $program))
          (i32.load offset=44 (local.get $program)) (i32.load offset=48 (local.get $program))
          (i32.load offset=52 (local.get $program)) (i32.load offset=56 (local.get $program))
          (i32.load offset=60 (local.get $program)) (i32.load offset=64 (local.get $program))
          (f32.load offset=68 (local.get $program)))))
      (local.set $program (i32.add (local.get $program) (i32.const 72)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; The largest, or the mean, of every two by two values, and at least $floor. A NaN makes a NaN.
  ;;
  ;; $channels, $rows, $columns: of what is written; 1 at least
  ;; $b, $b_channel, $b_row: the first value read, and the distances of channels and rows; $c...: what is written
  (func $pool
    (param $channels i32) (param $rows i32) (param $columns i32)
    (param $b i32) (param $b_channel i32) (param $b_row i32)
    (param $c i32) (param $c_channel i32) (param $c_row i32) (param $floor v128) (param $mean i32)
    (local $width i32) (local $row i32) (local $column i32) (local $from i32) (local $below i32) (local $to i32)
    (local $left v128) (local $right v128)
    (local.set $width (select (i32.const 4) (i32.const 1) (i32.ge_u (local.get $columns) (i32.const 4))))
    (loop $next_channel
      (local.set $row (i32.const 0))
      (loop $next_row
        (local.set $column (i32.const 0))
        (loop $next_column
          (local.set $from (i32.add (local.get $b) (call $place
            (i32.shl (local.get $row) (i32.const 1)) (local.get $b_row) (i32.shl (local.get $column) (i32.const 1)))))
          (local.set $below (i32.add (local.get $from) (local.get $b_row)))
          (local.set $to (i32.add (local.get $c) (call $place (local.get $row) (local.get $c_row) (local.get $column))))
          (if (i32.eq (local.get $width) (i32.const 1))
            (then (v128.store32_lane 0 (local.get $to) (call $pooled
              (call $joined (v128.load64_zero (local.get $from)) (v128.load64_zero (local.get $below)) (local.get $mean))
              (v128.const i32x4 0 0 0 0) (local.get $floor) (local.get $mean))))
            (else (v128.store (local.get $to) (call $pooled
              (call $joined (v128.load (local.get $from)) (v128.load (local.get $below)) (local.get $mean))
              (call $joined
                (v128.load offset=16 (local.get $from)) (v128.load offset=16 (local.get $below)) (local.get $mean))
              (local.get $floor) (local.get $mean)))))
          (br_if $next_column (i32.lt_u
            (local.tee $column (call $next (local.get $column) (local.get $width) (local.get $columns)))
            (local.get $columns))))
        (br_if $next_row (i32.lt_u
          (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $rows))))
      (local.set $b (i32.add (local.get $b) (local.get $b_channel)))
      (local.set $c (i32.add (local.get $c) (local.get $c_channel)))
      (br_if $next_channel (local.tee $channels (i32.sub (local.get $channels) (i32.const 1))))))

  ;; Of eight values side by side, those of each two joined and finished.
  (func $pooled (param $left v128) (param $right v128) (param $floor v128) (param $mean i32) (result v128)
    (local $values v128)
    (local.set $values (call $joined
      (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $left) (local.get $right))
      (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $left) (local.get $right))
      (local.get $mean)))
    (if (local.get $mean)
      (then (local.set $values (f32x4.mul (local.get $values) (v128.const f32x4 0.25 0.25 0.25 0.25)))))
    (f32x4.max (local.get $values) (local.get $floor)))

  (func $joined (param $one v128) (param $other v128) (param $mean i32) (result v128)
    (if (result v128) (local.get $mean)
      (then (f32x4.add (local.get $one) (local.get $other)))
      (else (f32x4.max (local.get $one) (local.get $other)))))

  ;; A blob of images (N, C, H, W) is given by an address and its distances in bytes. For each image, four channels
  ;; and row, writes columns of
  ;;   c[image, channel, row, column] = sum over k of a[channel, k] * b[image, row, column] at the place offsets[k].
  ;;
  ;; $images, $blocks, $rows, $columns, $k: how many images, fours of channels, rows, columns, products; 1 at least
  ;; $a: weights, (blocks, k, 4); $bias: (blocks * 4)
  ;; $b, $b_image, $b_row: the first value read, and the distances of images and rows; columns lie side by side
  ;; $offsets: k int32: how far each value of a patch is from its first, in bytes
  ;; $c, $c_image, $c_channel, $c_row: what is written, likewise
  ;; $added: a blob laid out as c, or 0
  (func $convolve (export "convolve")
    (param $images i32) (param $blocks i32) (param $rows i32) (param $columns i32) (param $k i32)
    (param $a i32) (param $bias i32)
    (param $b i32) (param $b_image i32) (param $b_row i32) (param $offsets i32)
    (param $c i32) (param $c_image i32) (param $c_channel i32) (param $c_row i32)
    (param $added i32) (param $floor f32)
    (local $block i32) (local $weights i32) (local $biases i32) (local $from i32) (local $to i32)
    (loop $next_image
      (local.set $block (i32.const 0))
      (local.set $weights (local.get $a))
      (local.set $biases (local.get $bias))
      (local.set $to (local.get $c))
      (loop $next_block
        (call $map
          (local.get $rows) (local.get $columns) (local.get $weights) (local.get $biases)
          (local.get $b) (local.get $b_row)
          (local.get $offsets) (i32.add (local.get $offsets) (i32.shl (local.get $k) (i32.const 2)))
          (local.get $to) (local.get $c_channel) (local.get $c_row)
          (if (result i32) (local.get $added)
            (then (i32.add (local.get $added) (i32.sub (local.get $to) (local.get $c)))) (else (i32.const 0)))
          (f32x4.splat (local.get $floor)))
        (local.set $weights (i32.add (local.get $weights) (i32.shl (local.get $k) (i32.const 4))))
        (local.set $biases (i32.add (local.get $biases) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.shl (local.get $c_channel) (i32.const 2))))
        (local.set $block (i32.add (local.get $block) (i32.const 1)))
        (br_if $next_block (i32.lt_u (local.get $block) (local.get $blocks))))
      (local.set $b (i32.add (local.get $b) (local.get $b_image)))
      (local.set $c (i32.add (local.get $c) (local.get $c_image)))
      (if (local.get $added)
        (then (local.set $added (i32.add (local.get $added) (local.get $c_image)))))
      (local.set $images (i32.sub (local.get $images) (i32.const 1)))
      (br_if $next_image (local.get $images))))

  ;; Four channels of one image. The last tile of a row, and of rows in pairs, may lie over the one before: what both
  ;; write is the same.
  (func $map
    (param $rows i32) (param $columns i32) (param $a i32) (param $bias i32)
    (param $b i32) (param $b_row i32) (param $offsets i32) (param $end i32)
    (param $c i32) (param $c_channel i32) (param $c_row i32) (param $added i32) (param $floor v128)
    (local $width i32) (local $height i32) (local $row i32) (local $column i32)
    (local $b_second i32) (local $c_second i32) (local $from i32) (local $to i32)
    ;; a tile is 1 x 8, 2 x 4 or 1 x 1
    (local.set $width (i32.const 1))
    (local.set $height (i32.const 1))
    (if (i32.ge_u (local.get $columns) (i32.const 8))
      (then
        (local.set $width (i32.const 8))
        (local.set $b_second (i32.const 16))
        (local.set $c_second (i32.const 16)))
      (else (if (i32.and (i32.ge_u (local.get $columns) (i32.const 4)) (i32.ge_u (local.get $rows) (i32.const 2)))
        (then
          (local.set $width (i32.const 4))
          (local.set $height (i32.const 2))
          (local.set $b_second (local.get $b_row))
          (local.set $c_second (local.get $c_row))))))
    (loop $next_row
      (local.set $column (i32.const 0))
      (loop $next_column
        (local.set $from (call $place (local.get $row) (local.get $b_row) (local.get $column)))
        (local.set $to (call $place (local.get $row) (local.get $c_row) (local.get $column)))
        (if (i32.eq (local.get $width) (i32.const 1))
          (then (call $one
            (local.get $a) (v128.load (local.get $bias)) (i32.add (local.get $b) (local.get $from))
            (local.get $offsets) (local.get $end)
            (i32.add (local.get $c) (local.get $to)) (local.get $c_channel)
            (select (i32.add (local.get $added) (local.get $to)) (i32.const 0) (local.get $added))
            (local.get $floor)))
          (else (call $eight
            (local.get $a) (local.get $bias) (i32.add (local.get $b) (local.get $from)) (local.get $b_second)
            (local.get $offsets) (local.get $end)
            (i32.add (local.get $c) (local.get $to)) (local.get $c_second) (local.get $c_channel)
            (select (i32.add (local.get $added) (local.get $to)) (i32.const 0) (local.get $added))
            (local.get $floor))))
        (br_if $next_column (i32.lt_u
          (local.tee $column (call $next (local.get $column) (local.get $width) (local.get $columns)))
          (local.get $columns))))
      (br_if $next_row (i32.lt_u
        (local.tee $row (call $next (local.get $row) (local.get $height) (local.get $rows)))
        (local.get $rows)))))

  (func $place (param $row i32) (param $distance i32) (param $column i32) (result i32)
    (i32.add (i32.mul (local.get $row) (local.get $distance)) (i32.shl (local.get $column) (i32.const 2))))

  ;; Where the tile after the one at $at begins: $count where there is none, else so that it does not end beyond.
  (func $next (param $at i32) (param $step i32) (param $count i32) (result i32)
    (local.set $at (i32.add (local.get $at) (local.get $step)))
    (if (result i32) (i32.ge_u (local.get $at) (local.get $count))
      (then (local.get $count))
      (else
        (local.set $step (i32.sub (local.get $count) (local.get $step)))
        (select (local.get $at) (local.get $step) (i32.lt_u (local.get $at) (local.get $step))))))

  ;; Two vectors of four columns, $b_second bytes apart, in each of four channels.
  (func $eight
    (param $a i32) (param $bias i32) (param $b i32) (param $b_second i32) (param $offsets i32) (param $end i32)
    (param $c i32) (param $c_second i32) (param $c_channel i32) (param $added i32) (param $floor v128)
    (local $at i32) (local $weight v128) (local $left v128) (local $right v128)
    (local $left0 v128) (local $left1 v128) (local $left2 v128) (local $left3 v128)
    (local $right0 v128) (local $right1 v128) (local $right2 v128) (local $right3 v128)
    (loop $next_product
      (local.set $at (i32.add (local.get $b) (i32.load (local.get $offsets))))
      (local.set $left (v128.load (local.get $at)))
      (local.set $right (v128.load (i32.add (local.get $at) (local.get $b_second))))
      (local.set $weight (v128.load32_splat (local.get $a)))
      (local.set $left0 (f32x4.add (local.get $left0) (f32x4.mul (local.get $weight) (local.get $left))))
      (local.set $right0 (f32x4.add (local.get $right0) (f32x4.mul (local.get $weight) (local.get $right))))
      (local.set $weight (v128.load32_splat offset=4 (local.get $a)))
      (local.set $left1 (f32x4.add (local.get $left1) (f32x4.mul (local.get $weight) (local.get $left))))
      (local.set $right1 (f32x4.add (local.get $right1) (f32x4.mul (local.get $weight) (local.get $right))))
      (local.set $weight (v128.load32_splat offset=8 (local.get $a)))
      (local.set $left2 (f32x4.add (local.get $left2) (f32x4.mul (local.get $weight) (local.get $left))))
      (local.set $right2 (f32x4.add (local.get $right2) (f32x4.mul (local.get $weight) (local.get $right))))
      (local.set $weight (v128.load32_splat offset=12 (local.get $a)))
      (local.set $left3 (f32x4.add (local.get $left3) (f32x4.mul (local.get $weight) (local.get $left))))
      (local.set $right3 (f32x4.add (local.get $right3) (f32x4.mul (local.get $weight) (local.get $right))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $offsets (i32.add (local.get $offsets) (i32.const 4)))
      (br_if $next_product (i32.lt_u (local.get $offsets) (local.get $end))))
    (call $pair (local.get $left0) (local.get $right0) (v128.load32_splat (local.get $bias))
      (local.get $c) (local.get $c_second) (local.get $added) (local.get $floor))
    (local.set $c (i32.add (local.get $c) (local.get $c_channel)))
    (local.set $added (select (i32.add (local.get $added) (local.get $c_channel)) (i32.const 0) (local.get $added)))
    (call $pair (local.get $left1) (local.get $right1) (v128.load32_splat offset=4 (local.get $bias))
      (local.get $c) (local.get $c_second) (local.get $added) (local.get $floor))
    (local.set $c (i32.add (local.get $c) (local.get $c_channel)))
    (local.set $added (select (i32.add (local.get $added) (local.get $c_channel)) (i32.const 0) (local.get $added)))
    (call $pair (local.get $left2) (local.get $right2) (v128.load32_splat offset=8 (local.get $bias))
      (local.get $c) (local.get $c_second) (local.get $added) (local.get $floor))
    (local.set $c (i32.add (local.get $c) (local.get $c_channel)))
    (local.set $added (select (i32.add (local.get $added) (local.get $c_channel)) (i32.const 0) (local.get $added)))
    (call $pair (local.get $left3) (local.get $right3) (v128.load32_splat offset=12 (local.get $bias))
      (local.get $c) (local.get $c_second) (local.get $added) (local.get $floor)))

  ;; Finishes and writes two vectors of one channel.
  (func $pair
    (param $left v128) (param $right v128) (param $bias v128)
    (param $c i32) (param $c_second i32) (param $added i32) (param $floor v128)
    (local.set $left (f32x4.add (local.get $left) (local.get $bias)))
    (local.set $right (f32x4.add (local.get $right) (local.get $bias)))
    (if (local.get $added)
      (then
        (local.set $left (f32x4.add (local.get $left) (v128.load (local.get $added))))
        (local.set $right
          (f32x4.add (local.get $right) (v128.load (i32.add (local.get $added) (local.get $c_second)))))))
    (v128.store (local.get $c) (f32x4.max (local.get $left) (local.get $floor)))
    (v128.store (i32.add (local.get $c) (local.get $c_second)) (f32x4.max (local.get $right) (local.get $floor))))

  ;; One column of four channels.
  (func $one
    (param $a i32) (param $bias v128) (param $b i32) (param $offsets i32) (param $end i32)
    (param $c i32) (param $c_channel i32) (param $added i32) (param $floor v128)
    (local $sum v128) (local $weights v128) (local $value v128) (local $c2 i32)
    (loop $next_product
      (local.set $weights (v128.load (local.get $a)))
      (local.set $value (v128.load32_splat (i32.add (local.get $b) (i32.load (local.get $offsets)))))
      (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul (local.get $weights) (local.get $value))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $offsets (i32.add (local.get $offsets) (i32.const 4)))
      (br_if $next_product (i32.lt_u (local.get $offsets) (local.get $end))))
    (local.set $sum (f32x4.add (local.get $sum) (local.get $bias)))
    (if (local.get $added)
      (then
        (local.set $sum (f32x4.add (local.get $sum)
          (call $gathered (local.get $added) (local.get $c_channel))))))
    (local.set $sum (f32x4.max (local.get $sum) (local.get $floor)))
    (local.set $c2 (i32.add (local.get $c) (i32.shl (local.get $c_channel) (i32.const 1))))
    (v128.store32_lane 0 (local.get $c) (local.get $sum))
    (v128.store32_lane 1 (i32.add (local.get $c) (local.get $c_channel)) (local.get $sum))
    (v128.store32_lane 2 (local.get $c2) (local.get $sum))
    (v128.store32_lane 3 (i32.add (local.get $c2) (local.get $c_channel)) (local.get $sum)))

  ;; The values of four channels at one place.
  (func $gathered (param $at i32) (param $distance i32) (result v128)
    (local $values v128)
    (local.set $values (v128.load32_splat (local.get $at)))
    (local.set $at (i32.add (local.get $at) (local.get $distance)))
    (local.set $values (v128.load32_lane 1 (local.get $at) (local.get $values)))
    (local.set $at (i32.add (local.get $at) (local.get $distance)))
    (local.set $values (v128.load32_lane 2 (local.get $at) (local.get $values)))
    (local.set $at (i32.add (local.get $at) (local.get $distance)))
    (v128.load32_lane 3 (local.get $at) (local.get $values))))
