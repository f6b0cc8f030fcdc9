/*
 * The block in the editor. Plain JavaScript: it runs as it stands in every WordPress from 6.1 on.
 *
 * PHP draws the preview, so it is what readers see; nothing in it asks the buttond server, and nothing in it can be
 * clicked, since a click would be counted.
 */
( function ( wp ) {
	const { InspectorControls, useBlockProps } = wp.blockEditor;
	const { registerBlockType } = wp.blocks;
	const {
		CheckboxControl,
		Disabled,
		PanelBody,
		SelectControl,
		TextControl,
		ToggleControl,
	} = wp.components;
	const { createElement: el, Fragment } = wp.element;
	const { __ } = wp.i18n;
	const ServerSideRender =
		wp.serverSideRender.ServerSideRender || wp.serverSideRender;
	const { places, chosen } = window.buttond_sharing_bar_block || {
		places: [],
		chosen: [],
	};
	const look = { __nextHasNoMarginBottom: true, __next40pxDefaultSize: true };

	function styleControl( { style }, change ) {
		return el( SelectControl, {
			...look,
			label: __( 'Count', 'buttond-sharing-bar' ),
			value: style,
			options: [
				{
					value: '',
					label: __( 'As in the settings', 'buttond-sharing-bar' ),
				},
				{
					value: 'horizontal',
					label: __( 'Beside the button', 'buttond-sharing-bar' ),
				},
				{
					value: 'vertical',
					label: __( 'Above the button', 'buttond-sharing-bar' ),
				},
				{ value: 'none', label: __( 'None', 'buttond-sharing-bar' ) },
			],
			onChange: ( value ) => change( { style: value } ),
		} );
	}

	function sizeControl( { size }, change ) {
		return el( SelectControl, {
			...look,
			label: __( 'Size', 'buttond-sharing-bar' ),
			value: size,
			options: [
				{
					value: '',
					label: __( 'As in the settings', 'buttond-sharing-bar' ),
				},
				{
					value: 'regular',
					label: __( 'Regular', 'buttond-sharing-bar' ),
				},
				{ value: 'large', label: __( 'Large', 'buttond-sharing-bar' ) },
			],
			onChange: ( value ) => change( { size: value } ),
		} );
	}

	function labelControl( { label }, change ) {
		return el( TextControl, {
			...look,
			label: __( 'Label', 'buttond-sharing-bar' ),
			help: __(
				'Empty: the label of the settings.',
				'buttond-sharing-bar'
			),
			maxLength: 40,
			value: label,
			onChange: ( value ) => change( { label: value } ),
		} );
	}

	function minimumControl( { minimum }, change ) {
		return el( TextControl, {
			...look,
			type: 'number',
			min: 0,
			label: __( 'Show counts from', 'buttond-sharing-bar' ),
			help: __(
				'Empty: the number of the settings.',
				'buttond-sharing-bar'
			),
			value: minimum === undefined ? '' : minimum,
			onChange: ( value ) =>
				change( {
					minimum: /^\d{1,9}$/.test( value )
						? Number( value )
						: undefined,
				} ),
		} );
	}

	function placesControl( attributes, change ) {
		const own = attributes.places;
		const toggle = ( id, on ) =>
			change( {
				places: on
					? [ ...own, id ]
					: own.filter( ( each ) => each !== id ),
			} );
		return el(
			Fragment,
			null,
			el( ToggleControl, {
				__nextHasNoMarginBottom: true,
				label: __( 'Places as in the settings', 'buttond-sharing-bar' ),
				checked: ! own,
				onChange: ( on ) =>
					change( { places: on ? undefined : chosen } ),
			} ),
			own &&
				places.map( ( { id, name } ) =>
					el( CheckboxControl, {
						__nextHasNoMarginBottom: true,
						key: id,
						label: name,
						checked: own.includes( id ),
						onChange: ( on ) => toggle( id, on ),
					} )
				)
		);
	}

	function Edit( { attributes, setAttributes } ) {
		return el(
			'div',
			useBlockProps(),
			el(
				InspectorControls,
				null,
				el(
					PanelBody,
					{ title: __( 'Sharing bar', 'buttond-sharing-bar' ) },
					styleControl( attributes, setAttributes ),
					sizeControl( attributes, setAttributes ),
					labelControl( attributes, setAttributes ),
					minimumControl( attributes, setAttributes ),
					placesControl( attributes, setAttributes )
				)
			),
			el(
				Disabled,
				null,
				el( ServerSideRender, {
					block: 'buttond/sharing-bar',
					attributes,
				} )
			)
		);
	}

	registerBlockType( 'buttond/sharing-bar', {
		edit: Edit,
		save: () => null,
	} );
} )( window.wp );
