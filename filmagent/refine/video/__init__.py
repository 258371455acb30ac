"""Rendered shots painted anew by a video diffusion model that may not move anything.

=====================  ====================================================================
`video.backend`        what a model must offer: `Backend`, `Wish`, `Capabilities`
`video.clips`          pictures read by slices, padded to a model's rules
`video.schedule`       the noise levels that a clip passes, and steps between them
`video.windows`        long shots as windows that advance together
`video.regions`        parts held to the engine's picture until a noise level of their own
`video.sampler`        a shot from noise to latents, resumable after every step
`video.chain`          the same in little memory, window after window
`video.shot`           a wish painted: the front door
`video.folder`         a model's folder looked at: what is refused, what it weighs
`video.loading`        a model loaded from it: dtype, offload, quantisation
`video.placing`        which module is on the device; `video.words` prompts, read once
`video.budget`         memory and time, told before anything starts; `video.needs` by family
`video.vace`           Wan VACE; `video.wan` its picture codec, a few frames at a time
`video.composing`      the one video that VACE is shown
`video.ltx`            LTX-Video; `video.ltx2` LTX-2 in context
`video.token_model`    what those two have in common
`video.tokens`         a clip as LTX takes it; `video.latents` its codec, `video.incontext`
                       what stands beside a clip of LTX-2
`video.server`         whole pipelines on a server like ComfyUI's
`video.architectures`  all of these by their settings; `video.building` of random weights
`video.bench`          measured, beside `video.plain`, their own pipelines
=====================  ====================================================================

Nothing here is loaded by `filmagent.refine`: torch takes a second, diffusers eight.
"""
