"""Bodies of one's own: SMPL-X weights and rigged characters become cast members.

==============  =============================================================================
`bodies.rig`    a skeleton from elsewhere, and how it stands in our axes
`bodies.slots`  the bones a performance moves, and which of them a body must have
`bodies.names`  whose bone is whose: by known names, by words, by topology, by a user's TOML
`bodies.limbs`  which bone is whose where names say nothing
`bodies.bones`  the skeleton that a performance moves, laid into somebody's joints
`bodies.flesh`  weights of their bones → weights of ours
`bodies.hems`    clean cuts between skin, suit and shoes
`bodies.points` landmarks and measures, read off the mesh
`bodies.smplx`  SMPL-X and SMPL ``.npz`` models: shape, joints, expressions
`bodies.member` all of it → the bake of a cast member
==============  =============================================================================

>>> from filmagent.library.bodies import member, smplx
>>> model = smplx.read(Path("SMPLX_NEUTRAL.npz"))                        # doctest: +SKIP
>>> member.of_smplx(model, member.Person("ada")).bake.save(Path("ada.npz"))  # doctest: +SKIP
"""
