<?php
/**
 * The Buffer buttons in old posts.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Makes buttons of them when a post is shown; the post itself stays as it is. They are of the same measures.
 */
final class Buffer_Embeds {

	/**
	 * The embed as Buffer, Digg Digg and others wrote it: a link of this class, whatever its quotes, or a frame.
	 */
	const EMBED = '~<a\b[^>]*\bclass\s*=\s*["\']?[^"\'>]*\bbuffer-add-button\b[^>]*>.*?</a>'
		. '|<iframe\b[^>]*\bsrc\s*=\s*["\']?(?:https?:)?//(?:widgets\.)?buffer(?:app)?\.com/button/[^>]*>\s*(?:</iframe>)?~is';

	/**
	 * Its script, which is switched off; and the one with which Digg Digg loaded that late.
	 */
	const SCRIPT = '~<script\b[^>]*\bsrc\s*=\s*["\']?(?:https?:)?//(?:static\.buffer(?:app)?\.com|d389zggrogs7qo\.cloudfront\.net)/js/button\.js[^>]*>\s*</script>'
		. '|<script\b[^>]*>(?:(?!</script).)*\bloadBuffer_\d+\s*\((?:(?!</script).)*</script>~is';

	/**
	 * Hooks in, before a bar is added.
	 */
	public static function hooks() {
		add_filter( 'the_content', array( __CLASS__, 'replace' ), 98 );
	}

	/**
	 * Makes buttons of the Buffer buttons in a content, without their script.
	 *
	 * @param string $content HTML.
	 * @return string
	 */
	public static function replace( $content ) {
		if ( ! is_string( $content ) || '' === Settings::server() || false === stripos( $content, 'buffer' ) ) {
			return $content;
		}
		$without = preg_replace( self::SCRIPT, '', $content );
		$done    = preg_replace_callback(
			self::EMBED,
			static function ( $found ) {
				return self::button( $found[0] );
			},
			null === $without ? $content : $without
		);
		return null === $done ? $content : $done;
	}

	/**
	 * The button in place of an embed: of the link that it has, else of the post around it.
	 *
	 * @param string $embed HTML.
	 * @return string HTML; '' where there is nothing to share.
	 */
	private static function button( $embed ) {
		$post = get_post();
		if ( ! $post || ! Placement::may_be_shared( $post ) ) {
			return '';
		}
		$args = Embeds::clean( self::attributes( $embed ) );
		if ( isset( $args['url'] ) && ! isset( $args['text'] ) ) {
			$args['text'] = ''; // The post's title says nothing of another page.
		}
		return Bar::button( $args + Bar::shared( $post ) );
	}

	/**
	 * What an embed says: of a link by its attributes, of a frame by its address.
	 *
	 * @param string $embed HTML.
	 * @return string[] Keys url, text, style.
	 */
	private static function attributes( $embed ) {
		$given = array();
		preg_match_all( '~\b(src|data-(?:url|text|count))\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s"\'>]+))~i', $embed, $found, PREG_SET_ORDER );
		foreach ( $found as $each ) {
			$name           = str_replace( 'data-', '', strtolower( $each[1] ) );
			$given[ $name ] = html_entity_decode( implode( '', array_slice( $each, 2 ) ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		}
		if ( isset( $given['src'] ) ) {
			wp_parse_str( (string) wp_parse_url( $given['src'], PHP_URL_QUERY ), $given );
		}
		if ( isset( $given['count'] ) ) {
			$given['style'] = $given['count'];
		}
		return array_filter( array_intersect_key( $given, array_flip( array( 'url', 'text', 'style' ) ) ), 'is_string' );
	}
}
